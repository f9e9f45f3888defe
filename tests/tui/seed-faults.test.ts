/**
 * Two faults of the older monitor, each reproduced against the built program.
 *
 * Goal: what the screen says is what the file holds. Method: another process writes as fast and as untidily as it
 * can while the monitor runs; the count is then compared with what was written. Expected loss: none.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 120, rows: 40 }
const WRITER = fileURLToPath(new URL('../support/append-in-bursts.mjs', import.meta.url))
const grouped = (count: number): string => new Intl.NumberFormat('en-US').format(count)

interface Burst {
  source: string
  target: string
  chunkBytes: number
  pauseMs: number
}

const append = ({ source, target, chunkBytes, pauseMs }: Burst) =>
  execa(process.execPath, [WRITER, source, target, String(chunkBytes), String(pauseMs)])

describe('fault 6: lines dropped when busy, half lines taken for whole ones, long lines read for ever', () => {
  test('of 100,000 lines appended in bursts by another process, 100,000 are counted', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const source = join(dir, 'source')
    files.writeEvents(files.opened(Date.now()))
    const small = Buffer.from('{"order_id":"x"}')
    writeFileSync(
      source,
      Buffer.concat(Array.from({ length: 100_000 }, () => files.record(small, { timeMs: Date.now() }))),
    )
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/LIVE/)
    await append({ source, target: files.eventsFile, chunkBytes: 64 * 1024, pauseMs: 3 })
    const text = await monitor.shows(new RegExp(`received\\s+${grouped(100_000)} `), 30_000)
    expect(text).toMatch(/rejected\s+100,000 /)
    expect(text).not.toContain('no entry')
    expect(text).not.toContain('break in seq')
  })

  test('lines torn anywhere between two writes are counted once, when they are whole', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const source = join(dir, 'source')
    files.writeEvents(files.opened(Date.now()))
    writeFileSync(source, files.orders(400, { timeMs: Date.now() }))
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/LIVE/)
    await append({ source, target: files.eventsFile, chunkBytes: 700, pauseMs: 1 })
    const text = await monitor.shows(/received\s+400 /)
    expect(text).not.toContain('no entry')
  })

  test('a line of 70 KB and one of 5 MB among five others count as one each', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const source = join(dir, 'source')
    files.writeEvents(files.opened(Date.now()))
    const lines = [70_000, 10, 5_000_000, 10, 10, 10, 10].map((length, index) =>
      files.record(orderPayload(index, { note: 'x'.repeat(length) }), { timeMs: Date.now() }),
    )
    writeFileSync(source, Buffer.concat(lines))
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/LIVE/)
    await append({ source, target: files.eventsFile, chunkBytes: 50_000, pauseMs: 1 })
    const text = await monitor.shows(/received\s+7 /)
    expect(text).toMatch(/accepted\s+7 /)
  })
})

describe("fault 5: events counted and then counted again with the tracker's totals; a lifetime mean for a rate", () => {
  test('ten metrics lines that each tell the totals change no total', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const now = Date.now()
    files.writeEvents(files.opened(now - 60_000), files.orders(300, { timeMs: now - 50_000, stepMs: 100 }))
    for (let line = 9; line >= 0; line -= 1) files.appendLog(files.metrics(now - line * 1000))
    const { stdout } = await runCli(['monitor', '--json'], { dir })
    expect(JSON.parse(stdout)).toMatchObject({
      totals: { records: 300, accepted: 300 },
      journal: { agreed_seq: 301 },
    })
  })

  test('an hour of silence after a busy hour is a rate of zero, not half the old one', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    const hourMs = 3_600_000
    files.writeEvents(
      files.opened(Date.now() - 2 * hourMs),
      files.orders(1000, { timeMs: Date.now() - 2 * hourMs, stepMs: 3600 }),
    )
    const { stdout } = await runCli(['monitor', '--json'], { dir })
    expect(JSON.parse(stdout).rates['60s'].received_per_second).toBe(0)
  })

  test('the charts move with the next second', async () => {
    const dir = tempDir()
    const files = new TrackerFiles(dir)
    files.writeEvents(files.opened(Date.now() - 600_000))
    const monitor = startInPty(['monitor'], { dir, ...SIZE })
    await monitor.shows(/now 0\.0\/s/)
    files.appendEvents(files.orders(40, { timeMs: Date.now() }))
    await monitor.shows(/now 40\.0\/s/, 3000)
    await monitor.shows(/now 0\.0\/s/, 3000)
  })
})
