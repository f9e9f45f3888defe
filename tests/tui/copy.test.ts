/** What is taken along from the built monitor: copies to the terminal's clipboard and to a real tmux, saved lines. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { CLI } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 120, rows: 30 }

function journal(): string {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const timeMs = Date.now()
  files.writeEvents(files.opened(timeMs), files.orders(20, { timeMs }))
  files.appendLog(files.metrics(timeMs))
  return dir
}

/** The text of the last OSC 52 sequence. */
function clipboardOf(raw: string): string {
  const start = raw.lastIndexOf('\u001b]52;c;')
  return start === -1
    ? ''
    : Buffer.from(raw.slice(start + 7, raw.indexOf('\u0007', start)), 'base64').toString()
}

test('c copies the chosen row and the open detail to the terminal’s clipboard, and says so', async () => {
  const monitor = startInPty(['monitor', '--view', 'live'], { dir: journal(), ...SIZE, env: { TMUX: '' } })
  await monitor.shows(/#20 /)
  monitor.type('c')
  await monitor.shows(/nothing is chosen/)
  monitor.type('kc')
  await monitor.shows(/sent to the terminal's clipboard/)
  expect(clipboardOf(monitor.screen.raw)).toMatch(/^\d\d:\d\d:\d\d\.\d{3} · \w+ .* EUR #19 .*\{"order_id":/)
  monitor.type('\r')
  await monitor.shows(/Detail[\s\S]*hash/)
  monitor.type('c')
  await eventually(() => / hash +[0-9a-f]{64}/.test(clipboardOf(monitor.screen.raw)), {
    deadlineMs: 10_000,
    message: 'the detail in the clipboard',
  })
  expect(clipboardOf(monitor.screen.raw)).toMatch(/^ seq +20\n[\s\S]*"order_id": /)
})

test('s saves what was found to a new file, and writes over none', async () => {
  const dir = journal()
  const monitor = startInPty(['monitor', '--view', 'live'], { dir, ...SIZE })
  await monitor.shows(/#20 /)
  monitor.type('s')
  await monitor.shows(/nothing to save/)
  monitor.type('/"sequence":1\r')
  await monitor.shows(/Found .* 11 of 21 lines/)
  monitor.type('sfound.ndjson\r')
  await monitor.shows(/saved 11 lines to found\.ndjson/)
  const sequences = readFileSync(join(dir, 'found.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).order_full.sequence)
  expect(sequences).toEqual([1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  monitor.type('sfound.ndjson\r')
  await monitor.shows(/exists already; nothing is written over/)
})

const hasTmux = (await execa('tmux', ['-V'], { reject: false })).exitCode === 0

test.skipIf(!hasTmux)('in tmux c fills tmux’s own buffer', async () => {
  const dir = journal()
  const socket = join(dir, 'tmux.sock')
  const tmux = (...args: string[]) =>
    execa('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      env: { TERM: 'xterm-256color' },
      reject: false,
    })
  onTestFinished(async () => {
    await tmux('kill-server')
  })
  const command = `ORDERSCOPE_DIR='${dir}' '${process.execPath}' '${CLI}' monitor --view live`
  await tmux('new-session', '-d', '-s', 'watch', '-x', '120', '-y', '30', command)
  const shows = (pattern: RegExp): Promise<unknown> =>
    eventually(async () => pattern.test((await tmux('capture-pane', '-p', '-t', 'watch')).stdout), {
      deadlineMs: 15_000,
      message: `tmux to show ${pattern}`,
    })
  await shows(/#20 /)
  await tmux('send-keys', '-t', 'watch', 'k', 'c')
  await shows(/copied to tmux's buffer/)
  expect((await tmux('show-buffer')).stdout).toMatch(/#19 /)
  await tmux('send-keys', '-t', 'watch', 'q')
})
