/**
 * Goal: the same offsets with other content, records that left the topic, and a foreign member are never silent.
 * Method: topics deleted and made anew with fewer, as many and more records, also unseen; deleteRecords past the
 * position; a plain consumer in the tracker's group.
 * Expected: a new epoch that holds all new records; a journal.gap with the range; the foreign member named.
 */
import { Kafka, logLevel } from 'kafkajs'
import { expect, onTestFinished, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic, testAdmin } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { logLines, runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

/** An empty fetch is answered after half a second. */
const FETCH_ANSWERED_MS = 1_500

async function recreate(brokers: string, topic: string): Promise<void> {
  const admin = await testAdmin(brokers)
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => !(await admin.listTopics()).includes(topic), { message: 'the topic is gone' })
  await eventually(
    () =>
      admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true }).then(() => true),
    { message: 'the topic is there again' },
  )
}

/** A topic of one partition with 100 records, and a tracker that has journaled them. */
async function journaledTopic() {
  const setup = trackerSetup()
  const { brokers, events, names } = setup
  const journaled = (): number => recordLines(readJournal(events)).length
  await createTopic(brokers, names.topic, 1)
  const tracker = await runningTracker(setup)
  await produce(brokers, names.topic, orderMessages(1, 100))
  await eventually(() => journaled() === 100, { message: 'the first records' })
  return { ...setup, tracker, journaled }
}

/** Waits for `count` records of the topic that was made anew, and puts the row to the oracle. */
async function expectNewEpoch(
  { brokers, events, names, tracker, journaled }: Awaited<ReturnType<typeof journaledTopic>>,
  count: number,
): Promise<void> {
  await eventually(() => journaled() === 100 + count, {
    deadlineMs: 40_000,
    message: () => `all records; ${journaled()} so far\n${tracker.stderr}`,
  })
  expect(await stopTracker(tracker)).toBe(0)
  const records = await readTopic(brokers, names.topic)
  const judged = judgeJournal({ events, topic: names.topic, records, epoch: 1 })
  expect(judged.faults).toEqual([])
  reportRow(17, judged)
}

test.each([
  ['fewer', 40],
  ['as many', 100],
  ['more', 250],
])(
  'a topic made anew with %s records while the tracker was stopped begins a new epoch',
  async (_name, count) => {
    const { brokers, dir, env, events, names } = trackerSetup()
    await createTopic(brokers, names.topic, 1)
    await produce(brokers, names.topic, orderMessages(1, 100))
    await runCli(['tracker', '--exit-at-end'], { dir, env })
    const judged = { events, topic: names.topic }
    const first = judgeJournal({ ...judged, records: await readTopic(brokers, names.topic) })
    expect(first.faults).toEqual([])
    await recreate(brokers, names.topic)
    await produce(brokers, names.topic, orderMessages(1_001, 1_000 + count))

    expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

    const records = await readTopic(brokers, names.topic)
    const second = judgeJournal({ ...judged, records, epoch: 1 })
    expect(second.faults).toEqual([])
    reportRow(17, { lost: first.lost + second.lost, duplicated: first.duplicated + second.duplicated })
    const keys = recordLines(readJournal(events)).map((line) => line['kafka_key'])
    const expected = [...orderMessages(1, 100), ...orderMessages(1_001, 1_000 + count)].map(({ key }) => key)
    expect(keys).toEqual(expected)
    const epochs = readJournal(events).filter(({ event_type }) => event_type === 'journal.epoch')
    const reason = count < 100 ? 'end_below_next' : 'content_differs'
    expect(epochs).toMatchObject([{ epoch: 1, reason, from_offset: 0 }])
  },
)

test.each([
  ['fewer', 40],
  ['as many', 100],
  ['more', 250],
])('a topic made anew with %s records while the tracker runs begins a new epoch', async (_name, count) => {
  const topic = await journaledTopic()
  const { brokers, names } = topic
  await recreate(brokers, names.topic)
  await produce(brokers, names.topic, orderMessages(1_001, 1_000 + count))
  await expectNewEpoch(topic, count)
  const keys = recordLines(readJournal(topic.events)).map((line) => line['kafka_key'])
  const expected = [...orderMessages(1, 100), ...orderMessages(1_001, 1_000 + count)].map(({ key }) => key)
  expect(keys).toEqual(expected)
})

test.each([
  ['as many', 100],
  ['more', 250],
])(
  'a topic made anew with %s records while the tracker is suspended, and so unseen, begins a new epoch',
  async (_name, count) => {
    const topic = await journaledTopic()
    const { brokers, names, tracker } = topic
    process.kill(tracker.pid, 'SIGSTOP')
    const answeredAt = performance.now() + FETCH_ANSWERED_MS
    await eventually(() => performance.now() > answeredAt, { message: 'its last fetch is answered' })
    await recreate(brokers, names.topic)
    await produce(brokers, names.topic, orderMessages(1_001, 1_000 + count))
    process.kill(tracker.pid, 'SIGCONT')
    await expectNewEpoch(topic, count)
  },
)

test('records that left the topic before they were journaled are a gap with its range', async () => {
  const { brokers, dir, env, events, names } = trackerSetup()
  await createTopic(brokers, names.topic, 1)
  await produce(brokers, names.topic, orderMessages(1, 100))
  await runCli(['tracker', '--exit-at-end'], { dir, env })
  const read = await readTopic(brokers, names.topic)
  await produce(brokers, names.topic, orderMessages(101, 300))
  const admin = await testAdmin(brokers)
  // kafkajs asks for the leaders only of topics that it has looked at before.
  await admin.fetchTopicOffsets(names.topic)
  await admin.deleteTopicRecords({ topic: names.topic, partitions: [{ partition: 0, offset: '250' }] })

  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

  const gaps = readJournal(events).filter(({ event_type }) => event_type === 'journal.gap')
  expect(gaps).toMatchObject([{ from_offset: 100, to_offset: 250, reason: 'retention' }])
  const offsets = recordLines(readJournal(events)).map((line) => line['kafka_offset'])
  expect(offsets).toEqual([...Array(100).keys(), ...Array.from({ length: 50 }, (_, index) => 250 + index)])
  const still = [...read, ...(await readTopic(brokers, names.topic))]
  const judged = judgeJournal({ events, topic: names.topic, records: still })
  expect(judged.faults).toEqual([])
  reportRow(18, judged)
})

test('a foreign member of the group is named', async () => {
  const setup = trackerSetup()
  const { brokers, log, names } = setup
  await createTopic(brokers, names.topic)
  const kafka = new Kafka({ brokers: [brokers], clientId: 'stranger', logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: names.group, maxWaitTimeInMs: 100 })
  await consumer.connect()
  onTestFinished(() => consumer.disconnect())
  await consumer.subscribe({ topic: names.topic })
  await consumer.run({ eachMessage: async () => {} })
  const tracker = await runningTracker(setup)
  await eventually(() => logLines(log).some(({ kind }) => kind === 'group.foreign_member'), {
    deadlineMs: 30_000,
    message: 'the foreign member is named in tracker.log',
  })
  expect(logLines(log).find(({ kind }) => kind === 'group.foreign_member')?.message).toMatch(
    /stranger at .*127\.0\.0\.1/,
  )
  // What it writes to stderr takes its own way here.
  await eventually(() => tracker.stderr.includes('stranger'), { message: 'its name on stderr' })
  expect(await stopTracker(tracker)).toBe(0)
})
