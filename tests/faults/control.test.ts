/**
 * Goal: the oracle can find fault. It is put to a plain kafkajs consumer that dies where every tracker may die.
 * Method: the control is killed between its append and its commit, then runs again with its defaults; once with the
 * two the other way round.
 * Expected: records twice, or records missing; the chain of the file is whole in both, so the oracle counted records.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportControl } from '../support/matrix.js'
import { chainFaults, type Judgement, judgeJournal } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { type PlainOptions, runPlainConsumer } from '../support/plain-consumer.js'
import { trackerSetup } from '../support/tracker.js'

const ORDERS = 3_000
const PARTITIONS = [0, 1, 2]

/** Kills it once between its two steps, lets it run to the end of the topic, and asks the oracle. */
async function judgeControl(order: PlainOptions['order']): Promise<Judgement & { recoveryMs: number }> {
  const { brokers, dir, names } = trackerSetup()
  const { topic, group } = names
  await createTopic(brokers, topic)
  await produce(brokers, topic, orderMessages(1, ORDERS))
  const file = join(dir, `${order}.events`)
  const plain = { brokers, topic, group, file, order }
  await runPlainConsumer({ ...plain, dieAt: 2 })
  const killedAt = performance.now()
  const size = (): number => (existsSync(file) ? statSync(file).size : 0)
  const before = size()
  void runPlainConsumer({ ...plain, dieAt: 0 })
  await eventually(() => size() > before, { deadlineMs: 100_000, message: 'it goes on' })
  const recoveryMs = Math.round(performance.now() - killedAt)
  await produce(
    brokers,
    topic,
    PARTITIONS.map((partition) => ({ partition, key: `last-${partition}`, value: '{}' })),
  )
  await eventually(
    () => PARTITIONS.every((partition) => readFileSync(file, 'utf8').includes(`"last-${partition}"`)),
    { deadlineMs: 30_000, message: 'the end of the topic' },
  )
  expect(chainFaults(file)).toEqual([])
  return { ...judgeJournal({ events: file, topic, records: await readTopic(brokers, topic) }), recoveryMs }
}

test('the oracle finds what a plain consumer loses and doubles', { timeout: 240_000 }, async () => {
  const [appendFirst, commitFirst] = await Promise.all([
    judgeControl('append-first'),
    judgeControl('commit-first'),
  ])
  expect(appendFirst.duplicated).toBeGreaterThan(0)
  expect(appendFirst.faults.join()).toContain('is journaled twice')
  expect(commitFirst.lost).toBeGreaterThan(0)
  expect(commitFirst.faults.join()).toContain('is missing')
  reportControl('append, then commit', appendFirst)
  reportControl('commit, then append', commitFirst)
})
