import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, produceTransaction, readTopic, testAdmin } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { chainFaults, judgeJournal, readJournal, recordFaults, recordLines } from '../support/oracle.js'
import { order, orderMessages } from '../support/order-builder.js'
import { tempDir } from '../support/temp-dir.js'
import { logLines, trackerSetup } from '../support/tracker.js'

const PAYLOADS: [string, Buffer | string | null][] = [
  ['valid', JSON.stringify(order(1))],
  ['pretty-printed', JSON.stringify(order(2), null, 2)],
  ['white space around', ` ${JSON.stringify(order(3))}\n`],
  ['not JSON', '{"order_id":'],
  ['not UTF-8', Buffer.from([0xff, 0xfe, 0x41])],
  ['an array', '[1,2,3]'],
  ['empty', ''],
  ['tombstone', null],
  ['a rule broken', JSON.stringify(order(4, { total: 99 }))],
  ['a field missing', '{"a":1}'],
  ['control characters', JSON.stringify(order(5, { note: '\u001b]52;c;AAAA\u0007\u0000' }))],
  ['suffix in the payload', JSON.stringify(order(6, { note: `,"hash":"${'0'.repeat(64)}"},"seq":7` }))],
  ['doubled and __proto__ keys', '{"__proto__":{"x":1},"a":1,"a":2,"order_full":{}}'],
  ['numbers past double precision', '{"n":12345678901234567890.123456789012345678901}'],
]

test('journals every record to the byte and dead-letters the rejected ones', async () => {
  const { brokers, dir, names, env, events } = trackerSetup()
  await createTopic(brokers, names.topic)
  const messages = PAYLOADS.map(([name, value]) => ({
    key: name,
    value,
    headers: { h: [name, Buffer.from([0xff])], constructor: 'c' },
  }))
  await produce(brokers, names.topic, [...messages, ...orderMessages(100, 1_200)])

  const { exit, stderr } = await runCli(['tracker', '--exit-at-end'], { dir, env })

  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  expect(chainFaults(events)).toEqual([])
  const onTopic = await readTopic(brokers, names.topic)
  expect(onTopic).toHaveLength(PAYLOADS.length + 1_101)
  expect(recordFaults(events, names.topic, onTopic)).toEqual([])
  const reasons = recordLines(readJournal(events)).flatMap((line) =>
    line['error'] ? [[line['kafka_key'], (line['error'] as { code: string }).code]] : [],
  )
  expect(Object.fromEntries(reasons)).toEqual({
    'not JSON': 'not_json',
    'not UTF-8': 'not_utf8',
    'an array': 'not_object',
    empty: 'not_json',
    tombstone: 'tombstone',
    'a rule broken': 'total_mismatch',
    'a field missing': 'order_id_missing',
    'doubled and __proto__ keys': 'order_id_missing',
    'numbers past double precision': 'order_id_missing',
  })
  const valid = recordLines(readJournal(events)).find((line) => line['kafka_key'] === 'valid')
  expect(valid?.['kafka_headers']).toEqual([
    ['h', 'valid'],
    ['h', { base64: '/w==' }],
    ['constructor', 'c'],
  ])
  const letters = await readTopic(brokers, names.dlqTopic)
  expect(letters.map((letter) => letter.key?.toString()).sort()).toEqual(reasons.map(([key]) => key).sort())
  const letter = letters.find(({ key }) => key?.toString() === 'not UTF-8')
  const original = onTopic.find(({ key }) => key?.toString() === 'not UTF-8')
  expect(letter?.value).toEqual(original?.value)
  expect(String(letter?.headers['orderscope-reason'])).toBe('not_utf8')
  expect(String(letter?.headers['orderscope-origin'])).toBe(
    `${names.topic}/${original?.partition}/${original?.offset}/0`,
  )
  expect(letter?.headers['h']).toEqual(original?.headers['h'])
})

test('a second start goes on where the journal stands, whatever the group has committed', async () => {
  const { brokers, dir, names, env, events } = trackerSetup()
  await createTopic(brokers, names.topic)
  await produce(brokers, names.topic, orderMessages(1, 300))
  await runCli(['tracker', '--exit-at-end'], { dir, env })
  const admin = await testAdmin(brokers)
  const committed = await admin.fetchOffsets({ groupId: names.group, topics: [names.topic] })
  const partitions = committed[0]?.partitions ?? []
  expect(partitions.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(300)
  expect(partitions.map(({ metadata }) => JSON.parse(metadata ?? ''))).toEqual(
    Array(3).fill({ v: 1, instance: null, epoch: 0 }),
  )
  // An operator resets the group, one partition back and one forward.
  await admin.setOffsets({
    groupId: names.group,
    topic: names.topic,
    partitions: [{ partition: 0, offset: '0' }],
  })
  await produce(brokers, names.topic, orderMessages(301, 400))
  await admin.setOffsets({
    groupId: names.group,
    topic: names.topic,
    partitions: [
      {
        partition: 1,
        offset: (await admin.fetchTopicOffsets(names.topic)).find((p) => p.partition === 1)!.high,
      },
    ],
  })

  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged.faults).toEqual([])
  expect(readJournal(events).filter(({ event_type }) => event_type === 'journal.epoch')).toEqual([])
  reportRow(19, judged)
})

test('aborted transactions leave no lag and a gap in the journal', async () => {
  const { brokers, dir, names, env, events, log } = trackerSetup()
  await createTopic(brokers, names.topic, 1)
  const { topic } = names
  await produceTransaction(brokers, { topic, messages: orderMessages(1, 2), commit: true })
  await produceTransaction(brokers, { topic, messages: orderMessages(3, 5), commit: false })
  const tracker = startCli(['tracker', '--metrics-interval', '200'], { dir, env })
  await eventually(() => logLines(log).some(({ metadata }) => metadata?.['state'] === 'caught_up'), {
    deadlineMs: 20_000,
    message: 'caught up although the last offsets were aborted',
  })
  const metrics = logLines(log).findLast(({ kind }) => kind === 'metrics')
  expect(metrics?.metadata['partitions']).toMatchObject([{ next: 7, end: 7, lag: 0 }])
  await produceTransaction(brokers, { topic, messages: orderMessages(6, 6), commit: true })
  await eventually(() => recordLines(readJournal(events)).length === 3, {
    message: 'the third committed record',
  })
  tracker.kill('SIGTERM')
  expect((await tracker.ended).exit).toBe(0)

  const story = readJournal(events)
    .filter(({ event_type }) => /gap|message/.test(event_type))
    .map((line) => [line.event_type, line['kafka_offset'] ?? [line['from_offset'], line['to_offset']]])
  // 0-1 and their commit at 2, 3-5 aborted with their marker at 6, then 7 and its commit at 8.
  expect(story).toEqual([
    ['message.received', 0],
    ['message.received', 1],
    ['journal.gap', [2, 7]],
    ['message.received', 7],
    ['journal.gap', [8, 9]],
  ])
  expect(chainFaults(events)).toEqual([])
})

test('metrics carry the names that existing readers know, as numbers, and the journal totals beside them', async () => {
  const { brokers, dir, names, env, log } = trackerSetup()
  await createTopic(brokers, names.topic)
  await produce(brokers, names.topic, [...orderMessages(1, 49), { key: 'bad', value: 'nonsense' }])
  await runCli(['tracker', '--exit-at-end'], { dir, env })
  const metadata = logLines(log).findLast(({ kind }) => kind === 'metrics')?.metadata
  expect(metadata).toMatchObject({
    messages_received: 50,
    messages_processed: 49,
    messages_failed: 1,
    success_rate_percent: 98,
    uptime_seconds: expect.any(Number),
    messages_per_second: expect.any(Number),
    rejected_total: { not_json: 1 },
    journal: {
      totals: {
        records: 50,
        accepted: 49,
        rejected: { not_json: 1 },
        by_event_type: { 'order.created': 49 },
      },
    },
  })
  expect(metadata?.['partitions']).toMatchObject([{ lag: 0 }, { lag: 0 }, { lag: 0 }])
  expect(statSync(log).mode & 0o777).toBe(0o640)
  expect(statSync(join(dir, 'tracker.events')).mode & 0o777).toBe(0o600)
})

test.each([
  [
    'a broker that is not there',
    ['tracker'],
    { KAFKA_BROKERS: '127.0.0.1:1' },
    69,
    /no Kafka broker answers at 127\.0\.0\.1:1/,
  ],
  [
    'a bad broker list',
    ['tracker'],
    { KAFKA_BROKERS: 'nonsense' },
    78,
    /KAFKA_BROKERS.*"nonsense".*host:port/,
  ],
  ['an unknown setting', ['tracker'], { ORDERSCOPE_TYPO: '1' }, 78, /ORDERSCOPE_TYPO is not a setting/],
  ['an unknown flag', ['tracker', '--nope'], {}, 78, /[Uu]nknown argument: nope/],
  ['an unknown command', ['frobnicate'], {}, 2, /[Uu]nknown command: frobnicate/],
  [
    'the dead letters among the topics',
    ['tracker'],
    { KAFKA_TOPIC: 'a,b', DLQ_TOPIC: 'b' },
    78,
    /DLQ_TOPIC "b"/,
  ],
])('%s ends in one clear message', async (_name, args, env, exit, message) => {
  const result = await runCli(args, { dir: tempDir(), env })
  expect(result.exit).toBe(exit)
  expect(result.stderr).toMatch(message)
  expect(result.stderr).not.toMatch(/\n\s+at /)
})
