/**
 * Goal: a broker that goes away and comes back costs neither records nor a restart of the tracker.
 * Method: SIGTERM, three times, and kill -9 for 8 s, of a broker of the test's own, then a start with the same data;
 * records before and after.
 * Expected: the tracker says broker_down meanwhile, goes on by itself soon after the port answers, 0 lost, 0 twice.
 */
import { expect, test } from 'vitest'
import { ownBroker, type TestBroker } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { logLines, runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

/** Measured 1 s; 3 s is what is promised. */
const BACK_WITHIN_MS = 15_000

const outages = [
  { row: 13, name: 'stopped and started', end: (broker: TestBroker) => broker.stop(), awayMs: 0, runs: 3 },
  {
    row: 14,
    name: 'killed and away for 8 s',
    end: (broker: TestBroker) => broker.kill(),
    awayMs: 8_000,
    runs: 1,
  },
]

test.each(outages)(
  'the tracker goes on by itself after a broker was $name',
  async ({ row, runs, ...outage }) => {
    const broker = await ownBroker()
    const setup = trackerSetup(broker.brokers)
    const { events, log, names } = setup
    await createTopic(broker.brokers, names.topic)
    const tracker = await runningTracker(setup)
    const journaled = (): number => recordLines(readJournal(events)).length
    const send = (from: number, to: number) => produce(broker.brokers, names.topic, orderMessages(from, to))
    await send(1, 500)
    await eventually(() => journaled() === 500, { message: 'records before the outage' })

    const recoveryMs: number[] = []
    for (let sent = 500; sent < 500 * (runs + 1); sent += 500) {
      await away(broker, log, outage)
      const backAt = performance.now()
      await send(sent + 1, sent + 500)
      await eventually(() => journaled() > sent, {
        deadlineMs: BACK_WITHIN_MS,
        message: () => `a record after the outage; stderr: ${tracker.stderr}`,
      })
      recoveryMs.push(Math.round(performance.now() - backAt))
      await eventually(() => journaled() === sent + 500, {
        message: () => `all records after the outage; ${journaled()} so far\n${story(log)}`,
      })
    }

    expect(await stopTracker(tracker)).toBe(0)
    const records = await readTopic(broker.brokers, names.topic)
    const judged = judgeJournal({ events, topic: names.topic, records })
    expect(judged.faults).toEqual([])
    expect(logLines(log).filter(({ kind }) => kind === 'tracker.started')).toHaveLength(1)
    reportRow(row, { ...judged, recoveryMs }, runs)
  },
)

/** Ends the broker, sees that the tracker shows it, and starts it again after `awayMs`. */
async function away(
  broker: TestBroker,
  log: string,
  { end, awayMs }: { end(broker: TestBroker): Promise<void>; awayMs: number },
): Promise<void> {
  const shownBefore = outagesShown(log)
  await end(broker)
  const downUntil = performance.now() + awayMs
  await eventually(() => outagesShown(log) > shownBefore, { message: 'the outage is shown' })
  await eventually(() => performance.now() >= downUntil, {
    deadlineMs: awayMs + 1_000,
    message: 'the outage lasts',
  })
  await broker.start()
}

const outagesShown = (log: string): number =>
  logLines(log).filter(({ metadata }) => metadata?.['state'] === 'broker_down').length

/** What the tracker has told, without the metrics. */
const story = (log: string): string =>
  logLines(log)
    .filter(({ kind }) => kind !== 'metrics')
    .map(({ timestamp, kind, message }) => `${timestamp} ${kind} ${message}`)
    .join('\n')
