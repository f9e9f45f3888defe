/**
 * Goal: a broker that answers nothing for longer than a session lasts is an outage like any other.
 * Method: SIGSTOP of a broker of the test's own for 40 s, then SIGCONT; and a kill with an outage of 60 s.
 * Expected: shown meanwhile as anything but well, goes on by itself, every record once.
 */
import { expect, test } from 'vitest'
import { ownBroker, type TestBroker } from '../support/broker.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce } from '../support/kafka.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { finishRow } from '../support/soak.js'
import { logLines, runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

interface Outage {
  row: number
  name: string
  forMs: number
  begin(broker: TestBroker): Promise<void>
  end(broker: TestBroker): Promise<void>
}

const outages: Outage[] = [
  {
    row: 15,
    name: 'paused for 40 s',
    forMs: 40_000,
    begin: async (broker) => broker.pause(),
    end: async (broker) => broker.resume(),
  },
  {
    row: 14,
    name: 'killed and away for 60 s',
    forMs: 60_000,
    begin: (broker) => broker.kill(),
    end: (broker) => broker.start(),
  },
]

test.each(outages)('the tracker goes on by itself after a broker was $name', async (outage) => {
  const broker = await ownBroker()
  const setup = trackerSetup(broker.brokers)
  const { events, log, names } = setup
  await createTopic(broker.brokers, names.topic)
  const tracker = await runningTracker(setup, [], outage.forMs + 120_000)
  const journaled = (): number => recordLines(readJournal(events)).length
  await produce(broker.brokers, names.topic, orderMessages(1, 500))
  await eventually(() => journaled() === 500, { message: 'records before the outage' })

  await outage.begin(broker)
  const until = performance.now() + outage.forMs
  await eventually(() => performance.now() >= until, {
    deadlineMs: outage.forMs + 5_000,
    message: 'the outage lasts',
  })
  const last = logLines(log).findLast(({ kind }) => kind === 'metrics')
  expect(['broker_down', 'stalled']).toContain(last?.metadata['state'])
  await outage.end(broker)
  const backAt = performance.now()
  await produce(broker.brokers, names.topic, orderMessages(501, 1_000))
  await eventually(() => journaled() > 500, {
    deadlineMs: 30_000,
    message: () => `a record after the outage\n${tracker.stderr}`,
  })
  const recoveryMs = Math.round(performance.now() - backAt)
  await eventually(() => journaled() === 1_000, { deadlineMs: 30_000, message: 'all records' })
  expect(await stopTracker(tracker)).toBe(0)
  expect(logLines(log).filter(({ kind }) => kind === 'tracker.started')).toHaveLength(1)
  await finishRow(outage.row, setup, { recoveryMs })
})
