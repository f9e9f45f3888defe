/**
 * Goal: a tracker that is told to stop under load stops soon, in order, and the next start misses nothing.
 * Method: SIGTERM and SIGINT at random moments with a backlog in front of it; a drain that cannot end because the
 * writer is held at a failpoint, with and without a second signal.
 * Expected: exit 0 within 2 s (asserted: 4 s, machines are noisy) and a closed journal; a stuck drain ends by its
 * deadline with 1, or at once of the second signal; every record once in each case.
 */
import { readFileSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

const ORDERS = 30_000
const STOPPED_WITHIN_MS = 4_000
const DRAIN_DEADLINE_MS = 8_000
const STOPS = 10

/** A topic with more on it than is journaled by the time the signal comes. */
async function backlog(orders: number): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic)
  await produce(setup.brokers, setup.names.topic, orderMessages(1, orders))
  return setup
}

/** Journals the rest and puts the row to the oracle. */
async function finishAndReport(
  row: number,
  { brokers, dir, env, events, names }: TrackerSetup,
): Promise<void> {
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged.faults).toEqual([])
  reportRow(row, judged)
}

test.each(['SIGTERM', 'SIGINT', 'SIGTERM'] as const)(
  '%s under load drains, commits and exits 0 in time',
  async (signal) => {
    const setup = await backlog(ORDERS)
    const { dir, env, events } = setup
    const seed = Date.now() % 300
    process.stdout.write(`signal ${seed} ms after the first records\n`)
    const tracker = startCli(['tracker'], { dir, env })
    await eventually(() => statSync(events).size > 10_000, { everyMs: 5, message: 'the tracker is busy' })
    const until = performance.now() + seed
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to stop' })
    const askedAt = performance.now()
    tracker.kill(signal)
    expect(await tracker.ended).toMatchObject({ exit: 0, stderr: '' })
    expect(performance.now() - askedAt).toBeLessThan(STOPPED_WITHIN_MS)
    expect(readJournal(events).at(-1)?.event_type).toBe('journal.closed')
    await finishAndReport(1, setup)
  },
)

test('SIGTERM with batches in hand that nobody will ask for any more exits 0 each time', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, names } = setup
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  for (let stop = 0; stop < STOPS; stop += 1) {
    const tracker = await runningTracker(setup)
    const until = performance.now() + 20 * stop
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to stop' })
    tracker.kill('SIGTERM')
    expect(await tracker.ended).toMatchObject({ exit: 0, stderr: '' })
  }
  await load.stop()
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const records = await readTopic(brokers, names.topic)
  expect(judgeJournal({ events, topic: names.topic, records }).faults).toEqual([])
})

/** A tracker whose writer waits for ever in the middle of a batch. */
async function stuckTracker({ dir, env }: TrackerSetup): Promise<ReturnType<typeof startCli>> {
  const tracker = startCli(['tracker'], {
    dir,
    env: { ...env, ORDERSCOPE_FAILPOINTS: 'journal.after_write=block@4' },
  })
  await tracker.printed(/failpoint\] journal\.after_write: block/)
  return tracker
}

test('a drain that is stuck is given up at its deadline with exit 1 and says so', async () => {
  const setup = await backlog(1_000)
  const tracker = await stuckTracker(setup)
  const askedAt = performance.now()
  tracker.kill('SIGTERM')
  expect(await tracker.ended).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('not drained within 8 s'),
  })
  expect(performance.now() - askedAt).toBeGreaterThan(DRAIN_DEADLINE_MS - 1_000)
  expect(performance.now() - askedAt).toBeLessThan(DRAIN_DEADLINE_MS + 4_000)
  expect(readFileSync(setup.log, 'utf8')).toContain('tracker.drain_deadline')
  await finishAndReport(2, setup)
})

test('a second signal ends a drain at once, of that signal', async () => {
  const setup = await backlog(1_000)
  const tracker = await stuckTracker(setup)
  tracker.kill('SIGINT')
  await eventually(() => readFileSync(setup.log, 'utf8').includes('tracker.stopping'), {
    message: 'the first signal was heard',
  })
  const askedAt = performance.now()
  tracker.kill('SIGINT')
  expect((await tracker.ended).exit).toBe('SIGINT')
  expect(performance.now() - askedAt).toBeLessThan(2_000)
  await finishAndReport(2, setup)
})
