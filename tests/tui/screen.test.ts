/** The screen that a person sees, replayed from the escape codes of the running program. */
import { describe, expect, test, vi } from 'vitest'
import { CLI } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { type PtyProgram, type Size, spawnInPty, startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SMALL: Size = { columns: 40, rows: 12 }
const CLASSIC: Size = { columns: 80, rows: 24 }
const ROOMY: Size = { columns: 120, rows: 40 }

/** Complete at every size: the last row but one is drawn last. */
const COMPLETE = {
  [SMALL.columns]: /● \d+[\s\S]*(\n.*(created|confirmed).*){10}/,
  [CLASSIC.columns]: /╰─.*╯\n.*6 Journal/,
  [ROOMY.columns]: /╰─.*╯\n.*6 Journal/,
}

function start(size: Size): { monitor: PtyProgram; files: TrackerFiles } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const start = Date.now() - 30_000
  files.writeEvents(files.opened(start), files.orders(300, { timeMs: start, stepMs: 100 }))
  files.appendLog(files.metrics(Date.now()))
  return { monitor: startInPty(['monitor'], { dir, ...size }), files }
}

/**
 * Exactly one frame: its borders closed, nothing above, beside or below it. A frame comes in pieces, and at the size that a
 * terminal had before one of the old size may still be on its way: what counts is where that ends.
 */
const expectOneFrame = ({ screen }: PtyProgram, size: Size): Promise<void> =>
  vi.waitFor(async () => expectFrame(await screen.lines(), size), { timeout: 5_000, interval: 50 })

function expectFrame(lines: string[], { columns, rows }: Size): void {
  expect(lines).toHaveLength(rows)
  expect(lines.at(-1)).toBe('')
  expect(lines[0]).toContain('orderscope')
  expect(lines.filter((line) => line.includes('orderscope'))).toHaveLength(1)
  expect(lines.filter((line) => line.includes('6 Journal'))).toHaveLength(1)
  const framed = lines.slice(1, rows - 2)
  for (const line of framed) {
    expect(line).toMatch(/^[╭│├╰].*[╮│┤╯]$/)
    expect(line.length).toBe(columns)
  }
}

const shows = ({ shows }: PtyProgram, { columns }: Size): Promise<string> => shows(COMPLETE[columns] ?? /./)

describe('one frame, in its place', () => {
  for (const size of [CLASSIC, ROOMY]) {
    test(`at ${size.columns}x${size.rows}`, async () => {
      const { monitor } = start(size)
      await monitor.shows(/received\s+300/)
      await shows(monitor, size)
      await expectOneFrame(monitor, size)
    })
  }

  test('at 40x12 a status line and the newest rows', async () => {
    const { monitor } = start(SMALL)
    await monitor.shows(/^. 300 /)
    await shows(monitor, SMALL)
    const lines = await monitor.screen.lines()
    expect(lines[11]).toBe('')
    expect(lines.slice(1, 11).every((line) => /^\d\d:\d\d:\d\d/.test(line))).toBe(true)
  })
})

for (const [from, to] of [
  [CLASSIC, ROOMY],
  [ROOMY, CLASSIC],
  [ROOMY, SMALL],
  [SMALL, ROOMY],
  [CLASSIC, SMALL],
  [SMALL, CLASSIC],
] as const) {
  test(`from ${from.columns}x${from.rows} to ${to.columns}x${to.rows} the layout follows, and nothing of the old one is left`, async () => {
    const { monitor, files } = start(from)
    await monitor.shows(from === SMALL ? /^. 300 / : /received\s+300/)
    monitor.resize(to)
    await shows(monitor, to)
    files.appendEvents(files.orders(5, { timeMs: Date.now(), first: 300 }))
    await monitor.shows(to === SMALL ? /^. 305 / : /received\s+305/)
    if (to === SMALL) {
      const lines = await monitor.screen.lines()
      expect(lines.join('\n')).not.toMatch(/[│╭╰├]/)
      expect(lines.slice(1, 11).every((line) => /^\d\d:\d\d:\d\d/.test(line))).toBe(true)
    } else await expectOneFrame(monitor, to)
  })
}

test('started from anywhere on the screen, with keys typed too early, the frame begins at its top left', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(300, { timeMs: Date.now() }))
  files.appendLog(files.metrics(Date.now()))
  const script = 'printf "\\n\\n\\n\\nprompt> "; exec "$@"'
  const args = ['-c', script, 'sh', process.execPath, CLI, 'monitor']
  const monitor = spawnInPty('/bin/sh', args, { dir, ...CLASSIC })
  monitor.type('6')
  await monitor.shows(/─ Journal[\s\S]*head +seq 301/)
  expect((await monitor.screen.lines())[0]).toMatch(/^ orderscope {2}orders/)
  monitor.type('1')
  await monitor.shows(/^(?![\s\S]*proof)[\s\S]*received\s+300[\s\S]*╯\n.*6 Journal/)
  await expectOneFrame(monitor, CLASSIC)
})

test('many sizes in quick succession end in a clean frame of the last one', async () => {
  const { monitor, files } = start(ROOMY)
  await monitor.shows(/received\s+300/)
  for (const size of [CLASSIC, SMALL, ROOMY, SMALL, { columns: 200, rows: 60 }, CLASSIC]) monitor.resize(size)
  await shows(monitor, CLASSIC)
  files.appendEvents(files.orders(1, { timeMs: Date.now(), first: 300 }))
  await monitor.shows(/received\s+301/)
  await expectOneFrame(monitor, CLASSIC)
})

test('a line that changes one number is a small write, not a repainted screen', async () => {
  const { monitor, files } = start(ROOMY)
  await monitor.shows(/received\s+300/)
  const before = monitor.screen.raw.length
  files.appendEvents(files.orders(1, { timeMs: Date.now(), first: 300 }))
  await monitor.shows(/received\s+301/)
  // A whole frame of this size is more than 9,000 bytes.
  expect(monitor.screen.raw.length - before).toBeLessThan(6000)
})

test('NO_COLOR: not a single colour in any view, sheet, alarm or alert', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(3, { timeMs: Date.now() }))
  const monitor = startInPty(['monitor'], { dir, ...CLASSIC, env: { NO_COLOR: '1' } })
  await monitor.shows(/received\s+3/)
  files.appendEvents(Buffer.from('not an entry\n'))
  await monitor.shows(/alarm, limit 0/)
  for (const [keys, shown] of [
    ['2k\r', /Detail/],
    ['3', /─ Lag ─/],
    ['4', /Money/],
    ['5', /Rejected by reason/],
    ['6', /Files/],
    ['?', /Help/],
    ['?/', /text or pattern/],
  ] as const) {
    monitor.type(keys)
    await monitor.shows(shown)
  }
  expect(monitor.screen.raw).not.toMatch(/\u001b\[[\d;:]*m/)
})

test('in a terminal with colours there are some', async () => {
  const { monitor } = start(CLASSIC)
  await monitor.shows(/received\s+300/)
  expect(monitor.screen.raw).toContain('\u001b[36m')
})

test('--theme chooses the colours, C goes to the next ones at once, and NO_COLOR leaves none of any', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(3, { timeMs: Date.now() }))
  const args = ['monitor', '--theme', 'light']
  const monitor = startInPty(args, { dir, ...CLASSIC })
  await monitor.shows(/received\s+3/)
  expect(monitor.screen.raw).toContain('\u001b[34m')
  expect(monitor.screen.raw).not.toMatch(/\u001b\[3[36]m/)
  expect(monitor.screen.raw).not.toContain('\u001b[7m')
  monitor.type('C')
  const inverse = (): boolean =>
    monitor.screen.raw.includes('\u001b[7m') || monitor.screen.raw.includes('\u001b[92m')
  await eventually(inverse, { deadlineMs: 10_000, message: 'colours of the contrast theme' })
  const plain = startInPty(['monitor', '--theme', 'contrast'], { dir, ...CLASSIC, env: { NO_COLOR: '1' } })
  await plain.shows(/received\s+3/)
  expect(plain.screen.raw).not.toMatch(/\u001b\[[\d;]*m/)
})
