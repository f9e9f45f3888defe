/**
 * Goal: every rejected record is dead-lettered at least once, whatever stops the tracker or the dead-letter topic,
 * and the journal never waits for it longer than a moment.
 * Method: a topic that is deleted, or takes less than a record is long; SIGKILL while letters wait, and at random
 * while rejected records stream in.
 * Expected: the journal goes on meanwhile; in the end one letter or more for each rejected record, to the byte; what
 * the topic refuses for good is named in the log.
 */
import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli, startCli } from '../support/cli.js'
import { configure, lettersByOrigin, rejectedOrigins } from '../support/dead-letters.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic, testAdmin } from '../support/kafka.js'
import { chainFaults, readJournal, recordFaults, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { logLines, runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

const bad = (from: number, to: number): { key: string; value: string }[] =>
  orderMessages(from, to).map(({ key }) => ({ key, value: `not an order, ${key}` }))

/** A topic with the dead letters' topic beside it, and a tracker that has its partitions. */
async function tracked(): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic, 2)
  await createTopic(setup.brokers, setup.names.dlqTopic, 1)
  return setup
}

const journaled = ({ events }: TrackerSetup): number =>
  existsSync(events) ? recordLines(readJournal(events)).length : 0

async function untilJournaled(setup: TrackerSetup, count: number, deadlineMs = 15_000): Promise<void> {
  await eventually(() => journaled(setup) >= count, {
    deadlineMs,
    message: () => `${count} records journaled, ${journaled(setup)} so far`,
  })
}

async function untilAllLettered(setup: TrackerSetup, but: Set<string> = new Set()): Promise<void> {
  const { brokers, events, names } = setup
  const missing = async (): Promise<string[]> => {
    const letters = await lettersByOrigin(brokers, names.dlqTopic)
    return rejectedOrigins(readJournal(events)).filter((origin) => !letters.has(origin) && !but.has(origin))
  }
  await eventually(async () => (await missing()).length === 0, {
    deadlineMs: 40_000,
    everyMs: 500,
    message: 'a letter for each rejected record',
  })
}

async function remove(brokers: string, topic: string): Promise<void> {
  const admin = await testAdmin(brokers)
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => !(await admin.listTopics()).includes(topic), { message: 'the topic is gone' })
}

test('the journal goes on while the dead-letter topic is gone, and the letters follow without a restart', async () => {
  const setup = await tracked()
  const { brokers, events, log, names } = setup
  const tracker = await runningTracker(setup)
  await produce(brokers, names.topic, bad(1, 5))
  await untilJournaled(setup, 5)
  await untilAllLettered(setup)

  const gone = new Set(rejectedOrigins(readJournal(events)))
  await remove(brokers, names.dlqTopic)
  await produce(brokers, names.topic, [...bad(6, 200), ...orderMessages(201, 400)])
  await untilJournaled(setup, 400)
  await eventually(() => logLines(log).some(({ kind }) => kind === 'dlq.failed'), { message: 'it is told' })
  await produce(brokers, names.topic, bad(401, 450))
  // Nobody waits for the topic any more.
  await untilJournaled(setup, 450, 5_000)
  await createTopic(brokers, names.dlqTopic, 1)
  await untilAllLettered(setup, gone)

  expect(await stopTracker(tracker)).toBe(0)
  expect(chainFaults(events)).toEqual([])
  expect(recordFaults(events, names.topic, await readTopic(brokers, names.topic))).toEqual([])
  const metrics = logLines(log).findLast(({ kind }) => kind === 'metrics')?.metadata['dead_letters']
  expect(metrics).toMatchObject({ refused_total: 0, held_partitions: 0 })
})

test('a letter that the topic refuses for good is named, and those around it arrive', async () => {
  const setup = await tracked()
  const { brokers, events, log, names } = setup
  await configure(brokers, names.dlqTopic, { 'max.message.bytes': '4000' })
  const tracker = await runningTracker(setup)
  const large = { key: 'large', value: 'x'.repeat(50_000) }
  await produce(brokers, names.topic, [...bad(1, 50), large, ...bad(51, 100)])
  await untilJournaled(setup, 101)
  expect(await stopTracker(tracker)).toBe(0)

  const refused = recordLines(readJournal(events)).find((line) => line['kafka_key'] === 'large')
  const origin = `${names.topic}/${refused?.['kafka_partition']}/${refused?.['kafka_offset']}/0`
  const letters = await lettersByOrigin(brokers, names.dlqTopic)
  expect([...letters.keys()].sort()).toEqual(
    rejectedOrigins(readJournal(events)).filter((each) => each !== origin),
  )
  const failures = logLines(log).filter(({ kind }) => kind === 'dlq.failed')
  expect(failures).toMatchObject([
    {
      metadata: {
        partition: refused?.['kafka_partition'],
        offset: refused?.['kafka_offset'],
        will_retry: false,
      },
    },
  ])
})

test('letters that waited when the tracker was killed are sent by the next one', async () => {
  const setup = await tracked()
  const { brokers, events, log, names } = setup
  const first = await runningTracker(setup)
  await remove(brokers, names.dlqTopic)
  await produce(brokers, names.topic, [...bad(1, 300), ...orderMessages(301, 310)])
  await untilJournaled(setup, 310)
  first.kill('SIGKILL')
  await first.ended

  const second = await runningTracker(setup)
  await untilAllLettered(setup)
  expect(await stopTracker(second)).toBe(0)
  // A clean stop notes what was sent: nothing is sent again.
  const before = (await readTopic(brokers, names.dlqTopic)).length
  const third = await runningTracker(setup)
  expect(await stopTracker(third)).toBe(0)
  expect(await readTopic(brokers, names.dlqTopic)).toHaveLength(before)
  expect(logLines(log).filter(({ kind }) => kind === 'dlq.resend').length).toBeGreaterThan(0)
  expect(chainFaults(events)).toEqual([])
})

test('SIGKILL between the journal and the letter, and between the letter and the commit, leaves none out', async () => {
  const setup = await tracked()
  const { brokers, dir, env, events, names } = setup
  const plans = ['journal.after_sync=kill@2', 'tracker.after_journal=kill@1', 'journal.after_sync=kill@3']
  for (const [round, plan] of plans.entries()) {
    await produce(brokers, names.topic, bad(round * 200 + 1, round * 200 + 200))
    const killed = await runCli(['tracker'], { dir, env: { ...env, ORDERSCOPE_FAILPOINTS: plan } })
    expect(killed.exit).toBe('SIGKILL')
  }
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

  expect(recordFaults(events, names.topic, await readTopic(brokers, names.topic))).toEqual([])
  const letters = await lettersByOrigin(brokers, names.dlqTopic)
  expect([...letters.keys()].sort()).toEqual(rejectedOrigins(readJournal(events)))
  expect(letters.size).toBe(600)
})

test('a tracker whose dead-letter topic is gone stops at once when it is told to', async () => {
  const setup = await tracked()
  const { brokers, names } = setup
  const tracker = await runningTracker(setup)
  await remove(brokers, names.dlqTopic)
  await produce(brokers, names.topic, bad(1, 100))
  await untilJournaled(setup, 1)
  const before = performance.now()
  expect(await stopTracker(tracker)).toBe(0)
  expect(performance.now() - before).toBeLessThan(5_000)
})

test('SIGKILL again and again while rejected records stream in leaves none without a letter', async () => {
  const setup = await tracked()
  const { brokers, dir, env, events, names } = setup
  const seed = Date.now() % 100_000
  process.stdout.write(`kill delays from seed ${seed}\n`)
  let sent = 0
  for (let kill = 0; kill < 4; kill += 1) {
    const before = existsSync(events) ? statSync(events).size : 0
    const tracker = startCli(['tracker'], { dir, env })
    await produce(brokers, names.topic, bad(sent + 1, sent + 2_000))
    sent += 2_000
    await eventually(() => existsSync(events) && statSync(events).size > before + 2_000, {
      deadlineMs: 20_000,
      message: 'the tracker is busy',
    })
    const until = performance.now() + ((seed * (kill + 7_919)) % 200)
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to kill' })
    tracker.kill('SIGKILL')
    await tracker.ended
  }
  const last = await runningTracker(setup)
  await untilJournaled(setup, sent)
  await untilAllLettered(setup)
  expect(await stopTracker(last)).toBe(0)

  expect(chainFaults(events)).toEqual([])
  expect(recordFaults(events, names.topic, await readTopic(brokers, names.topic))).toEqual([])
  const letters = await lettersByOrigin(brokers, names.dlqTopic)
  expect([...letters.keys()].sort()).toEqual(rejectedOrigins(readJournal(events)))
  const twice = [...letters.values()].reduce((sum, each) => sum + each.length - 1, 0)
  process.stdout.write(`${letters.size} letters, ${twice} of them more than once\n`)
})
