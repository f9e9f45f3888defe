/**
 * Goal: what an operator does to the topic while the tracker runs needs no restart of the tracker.
 * Method: partitions added, and records on them at once; the topic deleted, left out for a while and made anew.
 * Expected: the new partitions are read within 60 s and nobody is blamed for them; a missing topic is said in the log and
 * on stderr, costs little CPU time, and its successor is a new epoch.
 */
import { expect, test } from 'vitest'
import { cpuMsOf } from '../../bench/measured-run.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic, testAdmin } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { logLines, runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

const NOTICED_WITHIN_MS = 60_000
const MISSING_MS = 5_000
/** Seconds of CPU time in a second; measured 0.02. */
const CPU_SHARE_MAX = 0.25

test('partitions that are added while the tracker runs are read within a minute', async () => {
  const setup = trackerSetup()
  const { brokers, events, log, names } = setup
  const { topic } = names
  const journaled = (): number => recordLines(readJournal(events)).length
  await createTopic(brokers, topic, 1)
  const tracker = await runningTracker(setup)
  await produce(brokers, topic, orderMessages(1, 100))
  await eventually(() => journaled() === 100, { message: 'records of the first partition' })
  const admin = await testAdmin(brokers)
  await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
  await eventually(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]?.partitions.length === 3 && topics[0].partitions.every(({ leader }) => leader >= 0)
    },
    { message: 'leaders of the new partitions' },
  )
  const spread = orderMessages(101, 400).map((message, index) => ({ ...message, partition: index % 3 }))
  await produce(brokers, topic, spread)
  await eventually(() => journaled() === 400, {
    deadlineMs: NOTICED_WITHIN_MS,
    message: () => `records of all partitions; ${journaled()} so far\n${tracker.stderr}`,
  })
  expect(await stopTracker(tracker)).toBe(0)
  expect(judgeJournal({ events, topic, records: await readTopic(brokers, topic) }).faults).toEqual([])
  const kinds = logLines(log).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'tracker.started')).toHaveLength(1)
  expect(kinds).not.toContain('group.foreign_member')
  expect(tracker.stderr).toBe('')
})

test('a topic that is deleted is missed in plain words, and its successor is a new epoch', async () => {
  const setup = trackerSetup()
  const { brokers, events, log, names } = setup
  const { topic } = names
  const journaled = (): number => recordLines(readJournal(events)).length
  await createTopic(brokers, topic, 1)
  const tracker = await runningTracker(setup)
  await produce(brokers, topic, orderMessages(1, 100))
  await eventually(() => journaled() === 100, { message: 'records of the first topic' })
  const admin = await testAdmin(brokers)
  await admin.deleteTopics({ topics: [topic] })
  await eventually(() => tracker.stderr.includes(`topic ${topic} is not there`), { message: 'it is said' })
  const [busyBefore, from] = [cpuMsOf(tracker.pid), performance.now()]
  await eventually(() => performance.now() > from + MISSING_MS, { message: 'the topic stays away' })
  const share = (cpuMsOf(tracker.pid) - busyBefore) / (performance.now() - from)
  expect(share).toBeLessThan(CPU_SHARE_MAX)
  expect(tracker.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect((await runCli(['status'], setup)).stdout).toContain(`the topics ${topic} are not there`)

  await createTopic(brokers, topic, 1)
  await produce(brokers, topic, orderMessages(1_001, 1_100))
  await eventually(() => journaled() === 200, {
    deadlineMs: 30_000,
    message: () => `records of the new topic; ${journaled()} so far\n${tracker.stderr}`,
  })
  expect(await stopTracker(tracker)).toBe(0)
  const judged = judgeJournal({ events, topic, records: await readTopic(brokers, topic), epoch: 1 })
  expect(judged.faults).toEqual([])
  reportRow(17, judged)
  const kinds = logLines(log).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'topic.missing')).toHaveLength(1)
  expect(kinds.filter((kind) => kind === 'broker.up')).toHaveLength(1)
})
