import { expect, test } from 'vitest'
import { type CliResult, runCli } from '../support/cli.js'
import { createTopic, produce, readTopic, type TopicRecord } from '../support/kafka.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { recorded } from '../support/publisher.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

const bytes = (text: string): Buffer => Buffer.from(text)
const REPLAY_OF = 'orderscope-replay-of'

/** A topic of one partition with `count` rejected records among good ones, journaled and dead-lettered. */
async function rejected(count: number): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic, 1)
  const bad = orderMessages(1, count).map(({ key }) => ({ key, value: `no order ${key} \u001b[31m\u202e` }))
  await produce(setup.brokers, setup.names.topic, [...bad, ...orderMessages(count + 1, count + 3)])
  expect((await track(setup)).exit).toBe(0)
  return setup
}

const track = (setup: TrackerSetup): Promise<CliResult> => runCli(['tracker', '--exit-at-end'], setup)
const dlq = (setup: TrackerSetup, ...args: string[]): Promise<CliResult> => runCli(['dlq', ...args], setup)
const originAt = ({ names }: TrackerSetup, offset: number): string => `${names.topic}/0/${offset}/0`

const replays = (records: TopicRecord[]): TopicRecord[] =>
  records.filter(({ headers }) => REPLAY_OF in headers)
const replayedOrigins = async ({ brokers, names }: TrackerSetup): Promise<string[]> =>
  replays(await readTopic(brokers, names.topic))
    .map(({ headers }) => String(headers[REPLAY_OF]))
    .sort()

const listed = async (setup: TrackerSetup, ...args: string[]): Promise<Record<string, unknown>[]> => {
  const { exit, stdout } = await dlq(setup, 'list', '--json', ...args)
  expect(exit).toBe(0)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** Puts a note of a replay on the dead-letter topic. */
async function note(setup: TrackerSetup, origins: string[], begunMs: number): Promise<void> {
  const { publisher, settled } = await recorded(setup.brokers, setup.names.dlqTopic)
  const timestamp = new Date(begunMs).toISOString()
  const value = JSON.stringify({ v: 1, id: 'broken-off', state: 'begun', timestamp, origins })
  const headers: [string, string][] = [['orderscope-replay', 'begun']]
  publisher.publish({ key: null, value, headers, timestamp: begunMs }, '')
  await settled()
}

test('list shows each rejected record once, and nothing of it controls the terminal', async () => {
  const setup = await rejected(3)
  const { brokers, names } = setup
  const [first] = await readTopic(brokers, names.dlqTopic)
  const { publisher, settled } = await recorded(brokers, names.dlqTopic)
  publisher.publish(
    { key: first!.key, value: first!.value, headers: first!.headerPairs, timestamp: Date.now() },
    '',
  )
  publisher.publish({ key: null, value: 'not a letter', headers: [], timestamp: Date.now() }, '')
  await settled()

  expect(await listed(setup)).toEqual(
    [0, 1, 2].map((offset) => ({
      origin: originAt(setup, offset),
      reason: 'not_json',
      error: expect.stringContaining('JSON'),
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      key: `order-${offset + 1}`,
      size: `no order order-${offset + 1} `.length + 8,
      replayed: null,
    })),
  )
  expect(await listed(setup, '--limit', '1')).toMatchObject([{ origin: originAt(setup, 2) }])
  expect(await listed(setup, '--reason', 'tombstone')).toEqual([])
  expect(await listed(setup, '--from', '-1h')).toHaveLength(3)
  expect(await listed(setup, '--from', '2099-01-01T00:00:00Z')).toEqual([])
  const table = await dlq(setup, 'list')
  expect(table.stdout).toMatch(/^TIME +ORIGIN +REASON +KEY +SIZE +REPLAYED +ERROR\n/)
  expect(table.stdout).not.toMatch(/[^\n\x20-\x7e…]/)
  expect((await dlq(setup, 'list', '--from', 'yesterday')).exit).toBe(78)
})

test('replay sends a record back as it was, once, and a second rejection stays in the journal', async () => {
  const setup = trackerSetup()
  const { brokers, names, events } = setup
  await createTopic(brokers, names.topic, 1)
  const headers: [string, Buffer | null][] = [
    ['a', bytes('1')],
    ['b', null],
    ['a', Buffer.from([0xff])],
    ['orderscope-origin', bytes('brought along')],
  ]
  const { publisher, settled } = await recorded(brokers, names.topic)
  publisher.publish({ key: bytes('k'), value: Buffer.from([0xff, 0xfe]), headers, timestamp: Date.now() }, '')
  publisher.publish({ key: null, value: null, headers: [], timestamp: Date.now() }, '')
  await settled()
  await track(setup)

  const dry = await dlq(setup, 'replay', '--all', '--dry-run')
  expect(dry).toMatchObject({ exit: 0, stdout: expect.stringContaining(originAt(setup, 1)) })
  expect(await replayedOrigins(setup)).toEqual([])
  expect(await dlq(setup, 'replay', '--reason', 'not_utf8')).toMatchObject({
    exit: 0,
    stdout: 'replayed         1\nreplayed before  0\n',
  })
  const again = await dlq(setup, 'replay', '--all', '--json')
  expect(JSON.parse(again.stdout)).toEqual({ replayed: 1, replayed_before: 1, missing: [], refused: [] })

  const [first, second] = replays(await readTopic(brokers, names.topic))
  expect(first).toMatchObject({ key: bytes('k'), value: Buffer.from([0xff, 0xfe]) })
  expect(first?.headerPairs).toEqual([...headers, [REPLAY_OF, bytes(originAt(setup, 0))]])
  expect(second).toMatchObject({ key: null, value: null })
  expect(second?.headerPairs).toEqual([[REPLAY_OF, bytes(originAt(setup, 1))]])
  expect((await listed(setup)).map(({ replayed }) => replayed)).toEqual([
    expect.any(String),
    expect.any(String),
  ])

  const letters = (await readTopic(brokers, names.dlqTopic)).length
  await track(setup)
  expect(recordLines(readJournal(events)).filter((line) => line['error'])).toHaveLength(4)
  expect(await readTopic(brokers, names.dlqTopic)).toHaveLength(letters)
})

test('what is asked for is said, and what is not there is told', async () => {
  const setup = await rejected(2)
  const known = originAt(setup, 0)
  const unknown = originAt(setup, 77)
  const result = await dlq(setup, 'replay', '--origin', known, '--origin', unknown, '--origin', known)
  expect(result).toMatchObject({
    exit: 1,
    stdout: `replayed         1\nreplayed before  0\nno letter of     ${unknown}\n`,
  })
  expect(await replayedOrigins(setup)).toEqual([known])
  expect(await dlq(setup, 'replay')).toMatchObject({ exit: 2, stderr: expect.stringContaining('--all') })
  expect((await dlq(setup, 'replay', '--all', '--reason', 'x')).exit).toBe(2)
  expect((await dlq(setup, 'replay', '--origin', 'orders')).exit).toBe(78)
})

test('a replay that was broken off is looked up before anything is sent again', async () => {
  const setup = await rejected(250)
  const { brokers, names } = setup
  const all = Array.from({ length: 250 }, (_, offset) => originAt(setup, offset))
  // The first ten arrived before it was broken off, and nobody could note it.
  const { publisher, settled } = await recorded(brokers, names.topic)
  const begunMs = Date.now() - 120_000
  for (const origin of all.slice(0, 10)) {
    publisher.publish({ key: null, value: 'x', headers: [[REPLAY_OF, origin]], timestamp: begunMs + 5 }, '')
  }
  await settled()
  await note(setup, all.slice(0, 100), begunMs)

  const { exit, stdout } = await dlq(setup, 'replay', '--all', '--json')
  expect({ exit, ...JSON.parse(stdout) }).toMatchObject({ exit: 0, replayed: 240, replayed_before: 10 })
  expect(await replayedOrigins(setup)).toEqual([...all].sort())
})

test('two replays at the same time send nothing twice', async () => {
  const setup = await rejected(250)
  const both = await Promise.all([dlq(setup, 'replay', '--all'), dlq(setup, 'replay', '--all')])
  const origins = await replayedOrigins(setup)
  expect(new Set(origins).size).toBe(origins.length)
  for (const { exit, stderr } of both) if (exit !== 0) expect(stderr).toContain('another replay runs')
  // Whatever was left is sent by the next one.
  expect((await dlq(setup, 'replay', '--all')).exit).toBe(0)
  expect(await replayedOrigins(setup)).toEqual(
    Array.from({ length: 250 }, (_, offset) => originAt(setup, offset)).sort(),
  )
})

test('a replay that may still run is waited for', async () => {
  const setup = await rejected(1)
  await note(setup, [originAt(setup, 0)], Date.now() - 1_000)
  const { exit, stderr } = await dlq(setup, 'replay', '--all')
  expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringMatching(/Try again in 5\d s/) })
  expect(await replayedOrigins(setup)).toEqual([])
})
