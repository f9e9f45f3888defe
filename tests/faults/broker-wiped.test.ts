/**
 * Goal: a broker that lost its data gives the same offsets out again, and none of the new records is taken for an old
 * one.
 * Method: the data of a broker of the test's own is deleted, with its cluster's id kept and with another one, while the
 * tracker runs and while it is stopped; then it holds fewer records than before, then more.
 * Expected: a new epoch each time, every record of every epoch journaled once.
 */
import { expect, test } from 'vitest'
import { ownBroker } from '../support/broker.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic, type TopicRecord } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

interface Wipe {
  id: string
  tracker: string
  /** Records on the topic before the first wipe and after each one. */
  counts: number[]
  /** Why each new epoch begins. */
  reasons: string[]
  /** Another reason that is as good. */
  orElse?: string
}

const FEWER_AND_MORE = { counts: [100, 40, 250], reasons: ['end_below_next', 'content_differs'] }
const wipes: Wipe[] = [
  // A tracker that runs may look before the new records are there.
  { id: 'the same', tracker: 'runs', ...FEWER_AND_MORE, orElse: 'end_below_next' },
  { id: 'the same', tracker: 'is stopped', ...FEWER_AND_MORE },
  { id: 'another', tracker: 'runs', counts: [100, 250], reasons: ['cluster_changed'] },
]

test.each(wipes)(
  'a broker wiped while the tracker $tracker, back with $id id, begins a new epoch',
  async ({ id, tracker: whenWiped, counts, reasons, orElse }) => {
    const broker = await ownBroker()
    const setup = trackerSetup(broker.brokers)
    const { brokers, events, names } = setup
    const journaled = (): number => recordLines(readJournal(events)).length
    const fill = async (epoch: number, count: number): Promise<void> => {
      await createTopic(brokers, names.topic, 1)
      await produce(brokers, names.topic, orderMessages(epoch * 1_000 + 1, epoch * 1_000 + count))
    }
    await createTopic(brokers, names.topic, 1)
    const running = whenWiped === 'runs' ? await runningTracker(setup) : null
    const held: TopicRecord[][] = []
    let expected = 0
    for (const [epoch, count] of counts.entries()) {
      if (epoch > 0) {
        await broker.kill()
        broker.wipe({ keepClusterId: id === 'the same' })
        await broker.start()
      }
      await fill(epoch, count)
      expected += count
      if (!running) expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
      await eventually(() => journaled() === expected, {
        deadlineMs: 30_000,
        message: () => `${expected} records; ${journaled()} so far\n${running?.stderr}`,
      })
      held.push(await readTopic(brokers, names.topic))
    }
    if (running) expect(await stopTracker(running)).toBe(0)

    const judged = held.map((records, epoch) => judgeJournal({ events, topic: names.topic, records, epoch }))
    expect(judged.flatMap(({ faults }) => faults)).toEqual([])
    expect(held.map(({ length }) => length)).toEqual(counts)
    expect(journaled()).toBe(expected)
    const epochs = readJournal(events).filter(({ event_type }) => event_type === 'journal.epoch')
    expect(epochs).toHaveLength(reasons.length)
    for (const [index, { reason }] of epochs.entries()) expect([reasons[index], orElse]).toContain(reason)
    for (const { lost, duplicated } of judged) reportRow(17, { lost, duplicated })
  },
)
