import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { chainFaults, judgeJournal, readJournal, recordFaults, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

async function withRecords(count: number): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic, 1)
  await produce(setup.brokers, setup.names.topic, orderMessages(1, count))
  return setup
}

test('the head goes to the heads topic, and where a file is set to that file, at most a second after it moved', async () => {
  const setup = await withRecords(20)
  const tracker = await runningTracker(setup)
  const heads = async () =>
    (await readTopic(setup.brokers, setup.names.heads)).map(({ key, value }) => ({
      key: key?.toString(),
      ...JSON.parse(String(value)),
    }))
  const recordsSeq = () => readJournal(setup.events).findLast((line) => 'kafka_offset' in line)?.seq ?? 0
  await eventually(async () => ((await heads()).at(-1)?.seq ?? 0) >= recordsSeq() && recordsSeq() > 20, {
    message: 'the head behind the records is on the topic',
  })
  expect(await stopTracker(tracker)).toBe(0)
  const journal = readJournal(setup.events)
  const anchored = await heads()
  for (const { seq, hash } of anchored) expect(journal[seq - 1]?.hash).toBe(hash)
  expect(anchored.at(-1)).toMatchObject({
    key: setup.names.group,
    journal: setup.names.group,
    chain: journal[0]?.hash,
    seq: journal.at(-1)?.seq,
    hash: journal.at(-1)?.hash,
  })

  const file = join(setup.dir, 'elsewhere')
  setup.env['ORDERSCOPE_JOURNAL_ANCHOR'] = file
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  const last = readJournal(setup.events).at(-1)
  expect(JSON.parse(readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    seq: last?.seq,
    hash: last?.hash,
  })
  expect((await heads()).length).toBe(anchored.length)
})

test('keygen makes a key for its owner alone, and the tracker signs from its next start on', async () => {
  const setup = await withRecords(5)
  const made = await runCli(['journal', 'keygen'], setup)
  expect(made.exit, made.stderr).toBe(0)
  const key = join(setup.dir, '.orderscope', 'journal.key')
  expect(statSync(key).mode & 0o777).toBe(0o600)
  expect(made.stdout).toContain(`${key}.pub`)
  expect(await runCli(['journal', 'keygen'], setup)).toMatchObject({
    exit: 74,
    stderr: expect.stringContaining('EEXIST'),
  })
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  expect(readJournal(setup.events)[1]).toMatchObject({
    event_type: 'journal.checkpoint',
    signature: expect.stringMatching(/^[A-Za-z0-9+/]{86}==$/),
  })
  expect((await runCli(['journal', 'verify'], setup)).exit).toBe(0)
})

test('a key that is set and not there is refused by name', async () => {
  const setup = trackerSetup()
  setup.env['ORDERSCOPE_JOURNAL_KEY_FILE'] = '/nowhere/key'
  expect(await runCli(['tracker', '--exit-at-end'], setup)).toMatchObject({
    exit: 78,
    stderr: expect.stringContaining('ORDERSCOPE_JOURNAL_KEY_FILE is /nowhere/key: no such file'),
  })
})

test('rotate works without a tracker, and says so where there is no journal', async () => {
  const setup = await withRecords(5)
  expect(await runCli(['journal', 'rotate'], setup)).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('there is no journal'),
  })
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  expect(await runCli(['journal', 'rotate'], setup)).toMatchObject({
    exit: 0,
    stdout: `sealed ${setup.events}.000001\n`,
  })
  expect((await runCli(['journal', 'verify'], setup)).stdout).toContain('in 2 files, 5 records')
})

test('a damaged journal is quarantined, and the next start reads again what did not verify', async () => {
  const setup = await withRecords(30)
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  const text = readFileSync(setup.events, 'utf8')
  const lines = text.split('\n')
  lines[12] = lines[12]?.replace('order', 'ordeR') ?? ''
  writeFileSync(setup.events, lines.join('\n'))

  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(76)
  const looked = await runCli(['journal', 'quarantine'], setup)
  expect(looked).toMatchObject({
    exit: 76,
    stdout: expect.stringMatching(/line 13 has a hash[\s\S]+With --confirm/),
  })
  expect(readFileSync(setup.events, 'utf8')).toBe(lines.join('\n'))
  const done = await runCli(['journal', 'quarantine', '--confirm'], setup)
  expect(done, done.stderr).toMatchObject({ exit: 0, stdout: expect.stringContaining('begun   a new chain') })

  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  expect(chainFaults(setup.events)).toEqual([])
  const from = Number(JSON.parse(lines[12]?.replace('ordeR', 'order') ?? '{}').kafka_offset)
  const onTopic = await readTopic(setup.brokers, setup.names.topic)
  const again = onTopic.filter(({ offset }) => offset >= from)
  expect(again.length).toBeGreaterThan(10)
  expect(recordFaults(setup.events, setup.names.topic, again)).toEqual([])
  expect((await runCli(['journal', 'quarantine'], setup)).stdout).toContain('nothing to quarantine')
})

/** Cuts the journal behind line `count`. */
const cutBehind = (file: string, count: number): void =>
  writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, count).join('\n')}\n`)

test('a journal that was cut or written anew verifies by itself, and not against the heads kept elsewhere', async () => {
  const setup = await withRecords(20)
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  const whole = readFileSync(setup.events, 'utf8')
  const first = JSON.parse(whole.split('\n')[0] ?? '{}')
  const verify = (...args: string[]) => runCli(['journal', 'verify', ...args], setup)
  expect(await verify('--anchor', 'topic')).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(/anchor {2}up to seq \d+, \d+ heads at topic/),
  })

  cutBehind(setup.events, 10)
  expect((await verify()).exit).toBe(0)
  expect(await verify('--anchor', 'topic')).toMatchObject({
    exit: 76,
    stdout: expect.stringMatching(/line 10 ends the journal at seq 10, but seq \d+ was anchored: cut off/),
  })

  const copy = join(setup.dir, 'anew.events')
  expect((await runCli(['tracker', '--exit-at-end', '--events', copy], setup)).exit).toBe(0)
  expect(JSON.parse(readFileSync(copy, 'utf8').split('\n')[0] ?? '{}').hash).not.toBe(first.hash)
  const renewed = await verify('--anchor', 'topic', copy)
  expect(renewed).toMatchObject({
    exit: 0,
    stdout: expect.stringMatching(
      /note {4}another chain of this journal was anchored before, last at seq \d+/,
    ),
  })
  writeFileSync(setup.events, whole)
  expect(await verify('--anchor', 'topic')).toMatchObject({
    exit: 76,
    stdout: expect.stringContaining('was anchored with hash'),
  })
})

test('an anchor file is compared by itself where it is set, and one without the journal is named', async () => {
  const setup = await withRecords(5)
  const file = join(setup.dir, 'elsewhere')
  const env = { ...setup.env, ORDERSCOPE_JOURNAL_ANCHOR: file }
  expect((await runCli(['tracker', '--exit-at-end'], { ...setup, env })).exit).toBe(0)
  expect((await runCli(['journal', 'verify'], { ...setup, env })).stdout).toContain(`heads at ${file}`)
  cutBehind(setup.events, 6)
  expect((await runCli(['journal', 'verify'], { ...setup, env })).exit).toBe(76)
  const other = { ...env, KAFKA_CONSUMER_GROUP: 'other' }
  expect(await runCli(['journal', 'verify'], { ...setup, env: other })).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining(`there are: ${setup.names.group}`),
  })
})

test('a signed journal is checked with its key, and a checkpoint signed by another is found', async () => {
  const setup = await withRecords(5)
  expect((await runCli(['journal', 'keygen'], setup)).exit).toBe(0)
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  expect((await runCli(['journal', 'verify'], setup)).stdout).toMatch(/signed {2}up to seq 2, 1 checkpoints/)
  const env = { ...setup.env, ORDERSCOPE_JOURNAL_KEY_FILE: join(setup.dir, 'other.key') }
  expect((await runCli(['journal', 'keygen'], { ...setup, env })).exit).toBe(0)
  const args = ['journal', 'verify', '--public-key', join(setup.dir, 'other.key.pub')]
  expect(await runCli(args, setup)).toMatchObject({
    exit: 76,
    stdout: expect.stringContaining('line 2 has a signature that the key did not make'),
  })
})

test('sealed files are compressed beside the work, also those of an earlier life, and every command reads them', async () => {
  const setup = await withRecords(50)
  expect((await runCli(['tracker', '--exit-at-end'], setup)).exit).toBe(0)
  expect((await runCli(['journal', 'rotate'], setup)).exit).toBe(0)
  const plain = await runCli(['journal', 'cat'], setup)
  const exported = await runCli(['journal', 'export'], setup)

  const env = { ...setup.env, ORDERSCOPE_JOURNAL_COMPRESS: 'true' }
  const tracker = await runningTracker({ ...setup, env })
  const files = () => readdirSync(setup.dir).filter((name) => /^tracker\.events\.\d/.test(name))
  await eventually(() => files().join() === 'tracker.events.000001.zst', {
    message: () => `the file of an earlier life is compressed; ${files()}`,
  })
  await produce(setup.brokers, setup.names.topic, orderMessages(51, 80))
  await eventually(() => recordLines(readJournal(setup.events)).length === 80, {
    message: 'the records behind it',
  })
  expect((await runCli(['journal', 'rotate'], setup)).exit).toBe(0)
  await eventually(() => files().join() === 'tracker.events.000001.zst,tracker.events.000002.zst', {
    message: () => `the next one is compressed; ${files()}`,
  })
  expect(await stopTracker(tracker)).toBe(0)

  const { events, names, brokers } = setup
  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged).toEqual({ lost: 0, duplicated: 0, faults: [] })
  expect((await runCli(['journal', 'verify', '--anchor', 'topic'], setup)).stdout).toContain(
    'in 3 files, 80 records',
  )
  expect((await runCli(['journal', 'cat'], setup)).stdout.startsWith(plain.stdout)).toBe(true)
  expect((await runCli(['journal', 'export'], setup)).stdout.startsWith(exported.stdout)).toBe(true)
  expect((await runCli(['journal', 'stats'], setup)).stdout).toContain('records    80')
  const shown = await runCli(['monitor', '--json'], setup)
  expect(JSON.parse(shown.stdout)).toMatchObject({ totals: { records: 80 } })
  const again = await runCli(['tracker', '--exit-at-end'], setup)
  expect(again.exit, again.stderr).toBe(0)
})
