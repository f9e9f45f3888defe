/** `orderscope follow` as a user runs it, against a real broker. */
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { ownBroker, sharedBrokers } from '../support/broker.js'
import { CLI, type CliOptions, cleanEnv, runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, testAdmin } from '../support/kafka.js'
import { readJournal } from '../support/oracle.js'
import { order, orderMessages } from '../support/order-builder.js'
import { startInPty } from '../support/screen.js'
import { trackerSetup } from '../support/tracker.js'

/** An hour ago: brokers refuse what is much later than now, and delete what is old. */
const START_MS = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000
const at = (seconds: number) => new Date(START_MS + seconds * 1_000).toISOString()

/** A topic with 20 orders of one partition, a second apart; every fifth is of a gold customer, the seventh is rejected. */
async function setUp(brokers = sharedBrokers()) {
  const setup = trackerSetup(brokers)
  const { topic } = setup.names
  await createTopic(setup.brokers, topic, 1)
  const messages = orderMessages(1, 20).map(({ key, value }, index) => {
    const n = index + 1
    const changes =
      n % 5 === 0 ? { customer_info: { customer_id: 'c', name: 'Gold', loyalty_level: 'gold' } } : {}
    const changed = n === 7 ? { total: 1 } : changes
    const text = n % 5 === 0 || n === 7 ? JSON.stringify(order(n, changed)) : value
    return { key, value: text, timestamp: String(START_MS + n * 1_000) }
  })
  await produce(setup.brokers, topic, messages)
  const options: CliOptions = { dir: setup.dir, env: setup.env }
  /** Offsets that were printed, and the exit code. */
  const offsets = async (...args: string[]) => {
    const { exit, stdout, stderr } = await runCli(
      ['follow', '--format', 'ndjson', '--fields', 'offset', ...args],
      options,
    )
    const lines = stdout.split('\n').slice(0, -1)
    return { exit, offsets: lines.map((line) => JSON.parse(line).offset as number), stderr }
  }
  return { ...setup, topic, options, offsets }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('from, until and limit choose the records, and nothing found is 1', async () => {
  const { offsets } = await setUp()
  expect(await offsets('--from', 'earliest', '--exit-at-end')).toMatchObject({
    exit: 0,
    offsets: range(0, 19),
  })
  expect(await offsets('--from', '-3', '--exit-at-end')).toMatchObject({ exit: 0, offsets: [17, 18, 19] })
  expect(await offsets('--from', 'earliest', '--limit', '2')).toMatchObject({ exit: 0, offsets: [0, 1] })
  const span = ['--from', at(5), '--until', at(8)]
  expect(await offsets(...span)).toMatchObject({ exit: 0, offsets: [4, 5, 6] })
  expect(await offsets('--from', '-2h', '--exit-at-end')).toMatchObject({ exit: 0, offsets: range(0, 19) })
  expect(await offsets('--exit-at-end')).toMatchObject({ exit: 1, offsets: [] })
})

test('filter, pattern and sample let records through, and what could not be judged is told', async () => {
  const { offsets } = await setUp()
  const all = ['--from', 'earliest', '--exit-at-end']
  const gold = await offsets(...all, '--where', 'order.customer_info.loyalty_level == "gold"')
  expect(gold).toMatchObject({ exit: 0, offsets: [4, 9, 14, 19] })
  expect(gold.stderr).toBe(
    '[follow] the filter could not be evaluated on 16 records; none of them was printed\n',
  )
  expect(await offsets(...all, '--where', 'error.code == "total_mismatch"')).toMatchObject({
    offsets: [6],
    stderr: '',
  })
  expect(await offsets(...all, '--grep', 'order-1[0-2]$')).toMatchObject({ offsets: [9, 10, 11] })
  expect(await offsets(...all, '--where', 'order.total > 1000')).toMatchObject({ exit: 1, offsets: [] })
  const sampled = await offsets(...all, '--sample', '0.5')
  expect(sampled.offsets.length).toBeLessThan(20)
})

test('a mistyped field ends it before anything is read, 78', async () => {
  const { dir, env } = trackerSetup(sharedBrokers())
  const { exit, stderr } = await runCli(['follow', '--where', 'order.totl > 1'], { dir, env })
  expect(stderr).toContain('order has no field totl; did you mean total?')
  expect(exit).toBe(78)
})

test('a topic that is not there is 69', async () => {
  const { dir, env, names } = trackerSetup(sharedBrokers())
  const { exit, stderr } = await runCli(['follow'], { dir, env })
  expect(stderr).toContain(names.topic)
  expect(exit).toBe(69)
})

test('prints each record as it comes, in columns', async () => {
  const { brokers, topic, options } = await setUp()
  const following = startCli(['follow'], options)
  await eventually(
    async () => {
      await produce(brokers, topic, [
        { key: 'k', value: JSON.stringify(order(1)), timestamp: String(START_MS) },
      ])
      return following.stdout.includes('\n')
    },
    { everyMs: 200, message: () => `the first record; ${following.stderr}` },
  )
  const [first] = following.stdout.split('\n')
  expect(first?.replace(/@\d+ +/, '@N ')).toBe(
    `${at(0)}  0@N created    ${'order-1'.padEnd(36)}  ${'Client 01'.padEnd(20)}        8.50 EUR`,
  )
  following.kill('SIGINT')
  expect((await following.ended).exit).toBe('SIGINT')
})

test('a reader that goes away ends it quietly', async () => {
  const { topic, brokers, options } = await setUp()
  await produce(brokers, topic, orderMessages(21, 2_000))
  const { stdout, stderr } = await execa(
    'sh',
    ['-c', '"$0" "$1" follow --from earliest --format raw | head -2', process.execPath, CLI],
    {
      cwd: options.dir,
      env: { ...cleanEnv(), ...options.env, ORDERSCOPE_DIR: options.dir },
      extendEnv: false,
      timeout: 30_000,
    },
  )
  expect(stdout.split('\n').map((line) => JSON.parse(line).order_id)).toEqual(['order-1', 'order-2'])
  expect(stderr).toBe('')
})

test('leaves no group behind', async () => {
  const { brokers, offsets } = await setUp((await ownBroker()).brokers)
  await offsets('--from', 'earliest', '--exit-at-end')
  expect((await (await testAdmin(brokers)).listGroups()).groups).toEqual([])
})

test('a record is the same JSON as in the journal, whatever it holds', async () => {
  const { dir, env, brokers, names, events } = trackerSetup(sharedBrokers())
  await createTopic(brokers, names.topic, 1)
  const bytes = (...values: number[]) => Buffer.from(values)
  await produce(brokers, names.topic, [
    { key: 'k', value: JSON.stringify(order(1)), headers: { a: ['1', '2'], b: bytes(0xff) } },
    { key: bytes(0xff), value: '{"a":1.0,"b":123456789012345678901234567890}' },
    { key: null, value: ' {"a":\n1}' },
    { key: 'tombstone', value: null },
    { key: 'not utf8', value: bytes(0xff, 0xfe, 0x41) },
    { key: 'not json', value: '\u001b[31m{"a":\u2028' },
    { key: 'not object', value: '[1]' },
    { key: 'deep', value: `${'{"a":'.repeat(70)}1${'}'.repeat(70)}` },
    { key: '', value: '' },
  ])
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const followed = await runCli(['follow', '--from', 'earliest', '--exit-at-end', '--format', 'ndjson'], {
    dir,
    env,
  })
  const lines = followed.stdout.split('\n').slice(0, -1)
  const ours = ({ timestamp: _, seq: _seq, hash: _hash, ...rest }: Record<string, unknown>) => rest
  const journaled = readJournal(events).filter(({ event_type }) => event_type.startsWith('message.'))
  expect(lines).toHaveLength(9)
  expect(lines.map((line) => ours(JSON.parse(line)))).toEqual(journaled.map((line) => ours({ ...line })))
  expect(lines[1]).toContain('"order_full":{"a":1.0,"b":123456789012345678901234567890}')
})

/** What would move the cursor, rename the window, turn a line around or hide in it. */
const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m\u007f\u0000\b\r\n',
  '\u202eevil\u202c\u200b\ufeff\u2066',
]

test.each(['pretty', 'ndjson', 'raw'])('no record controls the terminal, as %s', async (format) => {
  const { dir, env, brokers, names } = trackerSetup(sharedBrokers())
  await createTopic(brokers, names.topic, 1)
  const [name = '', id = '', type = ''] = HOSTILE
  const hostile = {
    ...order(1),
    order_id: id,
    currency: name,
    customer_info: { customer_id: 'c', name },
    metadata: { event_type: `order.${type}` },
  }
  const escaped = JSON.stringify(hostile)
  // JSON may hold all but C0 as it is.
  const values = [
    escaped,
    escaped.replace(/\\u00(9b|7f)/g, '\u009b'),
    ...HOSTILE,
    Buffer.from([0x1b, 0x5b, 0xff, 0x9b]),
  ]
  await produce(brokers, names.topic, [
    ...values.map((value) => ({ key: 'k', value })),
    { key: 'k', value: 'done.' },
  ])
  const following = startInPty(['follow', '--from', 'earliest', '--exit-at-end', '--format', format], {
    dir,
    env: { ...env, NO_COLOR: '1' },
    columns: 100,
    rows: 30,
  })
  await following.shows(/done\./)
  expect(await following.ended).toMatchObject({ exitCode: 0 })
  const dangerous = /(?!\r?\n)[\p{Cc}\p{Cf}]/u
  expect(dangerous.exec(following.screen.raw)).toBeNull()
})

test('colours a terminal, unless NO_COLOR is set', async () => {
  const { options } = await setUp()
  const args = ['follow', '--from', 'earliest', '--exit-at-end', '--limit', '3']
  const coloured = startInPty(args, { ...options, columns: 140, rows: 30 })
  await coloured.ended
  expect(coloured.screen.raw).toContain('\u001b[32mcreated')
  expect((await runCli(args, options)).stdout).not.toContain('\u001b')
})

test('the first record comes soon after the start, and each soon after it was produced', async () => {
  const { brokers, topic, options } = await setUp()
  const startedAt = performance.now()
  const following = startCli(
    ['follow', '--from', '-1', '--format', 'ndjson', '--fields', 'kafka_timestamp'],
    options,
  )
  await eventually(() => following.stdout !== '', { everyMs: 5, message: () => following.stderr })
  const startMs = performance.now() - startedAt
  const latencies: number[] = []
  for (let sent = 1; sent <= 20; sent += 1) {
    const before = performance.now()
    await produce(brokers, topic, [{ value: '{}' }])
    const lines = () => following.stdout.split('\n').length - 1
    await eventually(() => lines() > sent, {
      everyMs: 2,
      message: () => `record ${sent}; ${following.stderr}`,
    })
    latencies.push(performance.now() - before)
  }
  latencies.sort((a, b) => a - b)
  const p95Ms = latencies[18] ?? 0
  // A connection of the test's own for every record is part of these times.
  process.stdout.write(
    `start to first record ${startMs.toFixed(0)} ms, sent to printed p95 ${p95Ms.toFixed(0)} ms\n`,
  )
  expect(startMs).toBeLessThan(10_000)
  expect(p95Ms).toBeLessThan(2_000)
})
