/** The past in the built monitor: the worker that reads it, the index it keeps, and the replay of an incident. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 120, rows: 30 }
const T0 = Date.parse('2026-11-20T10:00:00.000Z')

/** An hour of one order a second, a checkpoint each minute, the first half hour sealed. */
function hourOfOrders(): string {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.appendEvents(files.opened(T0), files.checkpoint(T0))
  for (let minute = 0; minute < 60; minute += 1) {
    const timeMs = T0 + minute * 60_000
    if (minute === 30) files.rotate(timeMs)
    files.appendEvents(files.orders(60, { timeMs, stepMs: 1000, first: minute * 60 }))
    files.appendEvents(files.checkpoint(timeMs + 59_500))
    files.appendLog(files.metrics(timeMs + 30_000, { latency_ms: { p50: minute, p95: minute, p99: minute } }))
  }
  return dir
}

test('every view goes to a time, a line and back to now, and the index is kept', async () => {
  const dir = hourOfOrders()
  const monitor = startInPty(['monitor'], { dir, ...SIZE, env: { TZ: 'UTC' } })
  await monitor.shows(/received\s+3,600/)
  monitor.type(':2026-11-20T10:15:37Z\r')
  // 15 minutes and 38 seconds of orders, and the latency of the metrics line before.
  await monitor.shows(
    /received\s+938[\s\S]*lag 0, 7s before {2}latency p50 15[\s\S]*PAST 2026-11-20 10:15:37 \(-/,
  )
  monitor.type('>')
  await monitor.shows(/received\s+998[\s\S]*PAST 2026-11-20 10:16:37/)
  monitor.type(',')
  await monitor.shows(/received\s+997/)
  monitor.type('..')
  await monitor.shows(/received\s+999/)
  monitor.type('4')
  await monitor.shows(/booked[\s\S]*PAST/)
  monitor.type('1:0@600\r')
  await monitor.shows(/received\s+1,801[\s\S]*PAST 2026-11-20 10:30:00/)
  monitor.type(':#99999\r')
  await monitor.shows(/#99999 is not in the journal, which ends at #\d+/)
  monitor.type('G')
  await monitor.shows(/received\s+3,600[\s\S]*LIVE/)
  monitor.type('q')
  expect((await monitor.ended).exitCode).toBe(0)
  const [index = ''] = readdirSync(join(dir, '.orderscope', 'index'))
  expect(readdirSync(join(dir, '.orderscope', 'index', index)).length).toBe(2)
})

test('--replay plays from a time on, and p holds it', async () => {
  const args = ['monitor', '--replay', '--from', '2026-11-20T10:15:00Z', '--speed', '60']
  const monitor = startInPty(args, { dir: hourOfOrders(), ...SIZE, env: { TZ: 'UTC' } })
  await monitor.shows(/REPLAY x60 2026-11-20 10:15/)
  await monitor.shows(/▸ REPLAY x60 2026-11-20 10:1[6-9]/)
  monitor.type('p')
  await monitor.shows(/‖ REPLAY x60/)
  monitor.type('q')
  expect((await monitor.ended).exitCode).toBe(0)
})

test.each([
  [['--from', 'noon'], /--from is "noon"; expected 10:15/],
  [['--replay', '--from', '10:15', '--speed', '0'], /--speed is "0"; expected a number from 0.1 to 1000/],
])('monitor %j is refused, 78', async (args, message) => {
  const { exit, stderr } = await runCli(['monitor', ...args], { dir: tempDir() })
  expect(stderr).toMatch(message)
  expect(exit).toBe(78)
})
