/**
 * Goal: a disk that takes two seconds to sync slows the tracker down and costs it neither its place nor a record.
 * Method: strace holds every fdatasync of the tracker for two seconds, for longer than a session lasts, under load.
 * Expected: one assignment in all that time, the latency in the metrics tells of it, a stop drains, every record once.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { createTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { reportMissing } from '../support/matrix.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { finishRow } from '../support/soak.js'
import { canTrace } from '../support/strace.js'
import { logLines, runningTracker, trackerSetup } from '../support/tracker.js'

const SYNC_MS = 2_000
/** The tracker's session lasts 10 s without a heartbeat. */
const LASTS_MS = 25_000

if (!canTrace) reportMissing(12, 'strace')

test.runIf(canTrace)('a slow disk is shown, and the group keeps its member', async () => {
  const setup = trackerSetup()
  const { brokers, dir, events, log, names } = setup
  await createTopic(brokers, names.topic)
  const trace = ['--trace=fdatasync', `--inject=fdatasync:delay_exit=${SYNC_MS * 1_000}`]
  const wrapper = ['strace', '--follow-forks', '-qq', `--output=${join(dir, 'trace')}`, ...trace]
  const tracker = await runningTracker({ ...setup, wrapper })
  const load = steadyLoad(brokers, names.topic)
  const until = performance.now() + LASTS_MS
  await eventually(() => performance.now() >= until, { deadlineMs: LASTS_MS + 5_000, message: 'slow' })
  await load.stop()

  expect(recordLines(readJournal(events)).length).toBeGreaterThan(0)
  const metrics = logLines(log).filter(({ kind }) => kind === 'metrics')
  const latencies = metrics.map(({ metadata }) => (metadata['latency_ms'] as { p50: number | null }).p50 ?? 0)
  expect(Math.max(...latencies)).toBeGreaterThan(SYNC_MS)
  const assigned = logLines(log).filter(({ kind }) => kind === 'tracker.assigned')
  expect(assigned).toHaveLength(1)
  expect(metrics.map(({ metadata }) => metadata['state'])).not.toContain('stalled')
  // strace is the process that was started; on a signal it would leave the tracker to itself.
  const started = logLines(log).find(({ kind }) => kind === 'tracker.started')
  process.kill(Number(started?.metadata['pid']), 'SIGTERM')
  expect((await tracker.ended).exit).toBe(0)
  await finishRow(12, setup)
})
