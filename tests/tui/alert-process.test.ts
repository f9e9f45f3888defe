/** Alerts of the running monitor: the banner, the bell, and the lines at the end of a pipe. */
import { expect, test } from 'vitest'
import { startCli } from '../support/cli.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 100, rows: 30 }
const BELL = '\u0007'

function journal(): { dir: string; files: TrackerFiles } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const timeMs = Date.now() - 1000
  files.writeEvents(files.opened(timeMs), files.orders(5, { timeMs }))
  return { dir, files }
}

const spoil = (files: TrackerFiles): void => files.appendEvents(Buffer.from('not an entry\n'))

for (const [flags, bells] of [
  [['--bell'], 1],
  [[], 0],
] as const) {
  test(`an alert stands in the last rule, rings ${bells} times with [${flags}], and x puts it away`, async () => {
    const { dir, files } = journal()
    const monitor = startInPty(['monitor', ...flags], { dir, ...SIZE })
    await monitor.shows(/received\s+5/)
    expect(monitor.screen.raw).not.toContain(BELL)
    spoil(files)
    await monitor.shows(/╰─ ■ journal: 1 alarm, limit 0, since \d\d:\d\d:\d\d {2}x puts away ─+╯/)
    monitor.type('x')
    await monitor.shows(/╰─{98}╯/)
    expect(monitor.screen.raw.split(BELL)).toHaveLength(bells + 1)
  })
}

test('a pipe is told once and never rings', async () => {
  const { dir, files } = journal()
  const monitor = startCli(['monitor', '--bell'], { dir })
  await monitor.printed(/received 5/)
  spoil(files)
  await monitor.printed(/CRITICAL alert: journal: 1 alarm, limit 0, since \d\d:\d\d:\d\d\n/)
  files.appendEvents(files.orders(1, { timeMs: Date.now() }))
  await monitor.printed(/received 6/)
  expect(monitor.stdout.match(/alert/g)).toHaveLength(1)
  expect(monitor.stdout).not.toContain(BELL)
})
