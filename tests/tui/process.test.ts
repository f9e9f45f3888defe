/** The built monitor in a real pseudoterminal: keys, exit codes, and a terminal that is given back as it was. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLI, runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { spawnInPty, startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 100, rows: 30 }
const ENTER_ALTERNATE = '\u001b[?1049h'
const LEAVE_ALTERNATE = '\u001b[?1049l'

function journalOf(records: number): { dir: string; files: TrackerFiles } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const start = Date.now() - records * 10
  files.writeEvents(files.opened(start), files.orders(records, { timeMs: start, stepMs: 10 }))
  files.appendLog(files.metrics(Date.now()))
  return { dir, files }
}

describe('the monitor in a terminal', () => {
  for (const [name, keys] of [
    ['q', 'q'],
    ['Ctrl-C', '\u0003'],
  ] as const) {
    test(`${name} leaves with 0 and gives the terminal back`, async () => {
      const { dir } = journalOf(120)
      const monitor = startInPty(['monitor'], { dir, ...SIZE })
      await monitor.shows(/received\s+120/)
      expect(monitor.screen.isAlternate).toBe(true)
      monitor.type(keys)
      expect(await monitor.ended).toEqual({ exitCode: 0, signal: undefined })
      await monitor.screen.lines()
      expect(monitor.screen.isAlternate).toBe(false)
      expect(monitor.screen.isCursorShown).toBe(true)
    })
  }

  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
    test(`${signal} leaves with 0 and gives the terminal back`, async () => {
      const { dir } = journalOf(5)
      const monitor = startInPty(['monitor'], { dir, ...SIZE })
      await monitor.shows(/received\s+5/)
      monitor.kill(signal)
      expect(await monitor.ended).toEqual({ exitCode: 0, signal: undefined })
      await monitor.screen.lines()
      expect(monitor.screen.isAlternate).toBe(false)
      expect(monitor.screen.isCursorShown).toBe(true)
    })
  }

  test('the line discipline is cooked again after it', async () => {
    const { dir } = journalOf(5)
    const script = '"$@"; echo "exit $?"; stty -a'
    const shell = spawnInPty('/bin/sh', ['-c', script, 'sh', process.execPath, CLI, 'monitor'], {
      dir,
      ...SIZE,
    })
    await shell.shows(/received\s+5/)
    shell.type('q')
    await shell.ended
    const after = shell.screen.raw.slice(shell.screen.raw.lastIndexOf(LEAVE_ALTERNATE))
    expect(after).toContain('exit 0')
    expect(after).toMatch(/(?<!-)icanon/)
    expect(after).toMatch(/(?<!-)\becho\b/)
  })

  for (const [place, condition] of [
    ['the screen', 'isMainThread'],
    ['the thread that reads the files', '!isMainThread'],
  ] as const) {
    test(`a crash of ${place} gives the terminal back and says what it was, with 70`, async () => {
      const { dir } = journalOf(5)
      const code =
        "import { isMainThread } from 'node:worker_threads'; import { existsSync } from 'node:fs';" +
        `if (${condition}) setInterval(() => { if (existsSync('now')) throw new Error('from nowhere') }, 20).unref()`
      const bomb = `--import=data:text/javascript,${encodeURIComponent(code)}`
      const monitor = startInPty(['monitor'], { dir, ...SIZE, env: { NODE_OPTIONS: bomb } })
      await monitor.shows(/received\s+5/)
      writeFileSync(join(dir, 'now'), '')
      expect((await monitor.ended).exitCode).toBe(70)
      const text = await monitor.screen.text()
      expect(monitor.screen.isAlternate).toBe(false)
      expect(monitor.screen.isCursorShown).toBe(true)
      expect(text).toContain('from nowhere')
    })
  }

  test('digits choose a view, z enlarges a panel, Escape goes back, ? explains the keys', async () => {
    const { dir } = journalOf(200)
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/Metrics[\s\S]*Events[\s\S]*Log/)
    monitor.type('2z')
    await monitor.shows(/^(?![\s\S]*─ Log)[\s\S]*─ Events.*\n.*offset(.*\n.*p\d +\d+){20}/)
    monitor.type('\u001b')
    await monitor.shows(/─ Events[\s\S]*─ Log/)
    monitor.type('?')
    await monitor.shows(/Help[\s\S]*overview, live, lag/)
    monitor.type('?')
    await monitor.shows(/─ Events/)
    monitor.type('\t')
    await monitor.shows(/─ Lag[\s\S]*orders\/0/)
    monitor.type('6')
    await monitor.shows(/─ Journal[\s\S]*head +seq 201[\s\S]*tracker\.events +1 /)
  })

  test('the business figures come when they are first looked at, and follow the journal', async () => {
    const { dir, files } = journalOf(30)
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/received\s+30/)
    monitor.type('4')
    // Ten orders were created: the catalogue once.
    await monitor.shows(/booked\s+329\.20[\s\S]*client10 .* 75\.10 EUR/)
    files.appendEvents(files.orders(10, { timeMs: Date.now(), first: 40 }))
    await monitor.shows(/booked\s+658\.40/)
    monitor.type('a')
    await monitor.shows(/24 h, since/)
    monitor.type('q')
    expect((await monitor.ended).exitCode).toBe(0)
  })

  test('the business figures that a monitor begins with were read before it listens, and follow the journal', async () => {
    const { dir, files } = journalOf(30)
    const monitor = startInPty(['monitor', '--view', 'business'], { dir, ...SIZE })
    await monitor.shows(/booked\s+329\.20/)
    files.appendEvents(files.orders(10, { timeMs: Date.now(), first: 40 }))
    await monitor.shows(/booked\s+658\.40/)
    monitor.type('q')
    expect((await monitor.ended).exitCode).toBe(0)
  })

  test('/ searches all files of the journal, o tells the story of an order, Esc ends it', async () => {
    const { dir, files } = journalOf(300)
    const life = ['created', 'shipped'].map((step) =>
      orderPayload(900, { metadata: { event_type: `order.${step}` }, status: step }),
    )
    files.appendEvents(files.record(life[0] ?? null, { timeMs: Date.now() }))
    files.rotate(Date.now())
    files.appendEvents(files.record(life[1] ?? null, { timeMs: Date.now() }))
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/received\s+302/)
    monitor.type('/"status":"shipped"')
    await monitor.shows(/\/"status":"shipped"_/)
    monitor.type('\r')
    await monitor.shows(/Found "status":"shipped".* 71 of 305 lines ─[\s\S]*#901/)
    monitor.type('ko')
    await monitor.shows(/Found order 00000000-0000-4000-8000-.* 1 of/)
    monitor.type('\u001b')
    await monitor.shows(/─ Events[\s\S]*● LIVE/)
    monitor.type('o')
    await monitor.shows(/Found order .*000900.* 2 of[\s\S]*created .*#901[\s\S]*shipped .*#901/)
    monitor.type('&order.sequence == 901.0 && partition == 0.0\r')
    await monitor.shows(/Filter order\.sequence == 901\.0.* 2 of/)
    monitor.type('/((a+)+)+$z\r')
    await monitor.shows(/Found \(\(a\+\)\+\)\+\$z.* 0 of/)
    monitor.kill('SIGTERM')
    expect((await monitor.ended).exitCode).toBe(0)
  })

  test('a row is chosen with keys and shown with all that is in it', async () => {
    const { dir } = journalOf(40)
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/received\s+40/)
    monitor.type('2\u001b[A\u001b[A')
    await monitor.shows(/▸.*#38 /)
    monitor.type('\r')
    await monitor.shows(/Detail[\s\S]*order +00000000-0000-4000-8000-000000000037[\s\S]*hash +[0-9a-f]{64}/)
    monitor.type(' ')
    await monitor.shows(/payload, verbatim[\s\S]*"order_id"/)
    monitor.type('\u001b')
    await monitor.shows(/▸.*#38 /)
    monitor.type('G')
    await monitor.shows(/● LIVE/)
  })

  test('p holds the lists still while counting goes on', async () => {
    const { dir, files } = journalOf(20)
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/received\s+20/)
    monitor.type('p')
    await monitor.shows(/PAUSED \+0/)
    files.appendEvents(files.orders(7, { timeMs: Date.now(), first: 500 }))
    const held = await monitor.shows(/PAUSED \+7/)
    expect(held).toMatch(/received\s+27/)
    expect(held).not.toContain('#507')
    monitor.type('p')
    await monitor.shows(/#507/)
  })

  test('the alternate screen is entered once and never cleared as a whole while lines stream in', async () => {
    const { dir, files } = journalOf(50)
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/received\s+50/)
    const before = monitor.screen.raw.length
    for (let batch = 1; batch <= 20; batch += 1) {
      files.appendEvents(files.orders(5, { timeMs: Date.now(), first: batch * 5 }))
      await monitor.shows(new RegExp(`received\\s+${50 + batch * 5}`))
    }
    const streamed = monitor.screen.raw.slice(before)
    expect(streamed).not.toMatch(/\u001b\[[23]J/)
    expect(streamed).not.toMatch(/\u001b\[0?J|\u001b\[H/)
    expect(monitor.screen.raw.split(ENTER_ALTERNATE)).toHaveLength(2)
    expect(monitor.screen.scrolledRows).toBe(0)
  })
})

describe('the monitor without a terminal', () => {
  test('--once prints one plain frame of the size asked for, with exact totals', async () => {
    const { dir } = journalOf(345)
    const { exit, stdout, stderr } = await runCli(['monitor', '--once', '--size', '80x24'], { dir })
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/received\s+345/)
    expect(stdout).not.toContain('\u001b')
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(23)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('--json prints one object with totals, rates, health, files and alarms', async () => {
    const { dir, files } = journalOf(345)
    const { exit, stdout } = await runCli(['monitor', '--json'], { dir })
    expect(exit).toBe(0)
    expect(stdout.trimEnd()).not.toContain('\n')
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      topics: ['orders'],
      totals: files.totals,
      lag: 0,
      latency_ms: { p50: 3, p95: 8, p99: 12 },
      health: { errors: { level: 'good', recent_count: 0 }, tracker: { word: 'consuming' } },
      journal: { path: files.eventsFile, state: 'open', seq: files.seq, bad_lines: 0, agreed_seq: files.seq },
      log: { path: files.logFile, state: 'open' },
      alarms: [],
    })
  })

  for (const flag of ['--once', '--json']) {
    test(`${flag} of a journal with a line that is no entry ends with 76, after saying so`, async () => {
      const { dir, files } = journalOf(5)
      files.appendEvents(Buffer.from('not an entry\n'))
      const { exit, stdout } = await runCli(['monitor', flag], { dir })
      expect(exit).toBe(76)
      expect(stdout).toContain('1 line that is no entry')
    })

    test(`${flag} without a journal ends with 1 and names it`, async () => {
      const dir = tempDir()
      const { exit, stdout, stderr } = await runCli(['monitor', flag], { dir })
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
      expect(stderr).toContain(`${dir}/tracker.events`)
    })
  }
})

test('starts before the journal is there and picks it up by itself', async () => {
  const dir = tempDir()
  const monitor = startInPty(['monitor'], { dir, ...SIZE })
  await monitor.shows(/waiting for .*tracker\.events/)
  await monitor.shows(/start\.sh/)
  const files = new TrackerFiles(dir)
  files.appendEvents(files.opened(Date.now()), files.orders(9, { timeMs: Date.now() }))
  await eventually(async () => /received\s+9/.test(await monitor.screen.text()), { message: 'nine records' })
})
