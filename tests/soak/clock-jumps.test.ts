/**
 * Goal: a wall clock that jumps is told in timestamps and counts for nothing else.
 * Method: the clock of the real tracker goes an hour forth and back every 300 ms while orders come.
 * Expected: offsets decide the order, the journal verifies, no duration in the metrics is negative or an hour long.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { createTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { finishRow } from '../support/soak.js'
import { logLines, runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

const clock = fileURLToPath(new URL('../support/fixtures/jumping-clock.mjs', import.meta.url))
const LASTS_MS = 10_000
const HOUR_MS = 3_600_000

test('a clock that jumps by hours changes timestamps and nothing else', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, log, names } = setup
  await createTopic(brokers, names.topic)
  const tracker = await runningTracker({ ...setup, env: { ...env, NODE_OPTIONS: `--import=${clock}` } })
  const load = steadyLoad(brokers, names.topic)
  await delay(LASTS_MS)
  await load.stop()
  expect(await stopTracker(tracker)).toBe(0)

  const times = recordLines(readJournal(events)).map(({ timestamp }) => Date.parse(timestamp))
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(HOUR_MS)
  const uptimes = logLines(log).flatMap(({ metadata }) => Number(metadata?.['uptime_seconds'] ?? 0))
  expect(Math.min(...uptimes)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...uptimes)).toBeLessThan(HOUR_MS / 1_000 / 2)
  expect(logLines(log).filter(({ kind }) => kind === 'tracker.assigned')).toHaveLength(1)
  expect((await runCli(['journal', 'verify'], { dir, env })).exit).toBe(0)
  await finishRow(27, setup)
})
