import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { order, orderMessages } from '../support/order-builder.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

async function journaled(): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic, 1)
  await produce(setup.brokers, setup.names.topic, [
    ...orderMessages(1, 20),
    { key: 'pretty', value: JSON.stringify(order(21), null, 2) },
    { key: 'bytes', value: Buffer.from([0xff, 0x00, 0x41]) },
    { key: 'text', value: 'no JSON \u001b[31m' },
    { key: null, value: null },
  ])
  await runCli(['tracker', '--exit-at-end'], setup)
  return setup
}

test('export gives every payload back byte for byte', async () => {
  const setup = await journaled()
  const { stdout, exit } = await runCli(['journal', 'export'], setup)
  expect(exit).toBe(0)
  const exported = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ partition, offset, timestamp_ms, key_base64, value_base64 }) => ({
      partition,
      offset,
      timestamp: timestamp_ms,
      key: key_base64,
      value: value_base64,
    }))
  const onTopic = (await readTopic(setup.brokers, setup.names.topic)).map(
    ({ key, value, headers, headerPairs: _, ...place }) => ({
      ...place,
      key: key?.toString('base64') ?? null,
      value: value?.toString('base64') ?? null,
    }),
  )
  expect(exported).toEqual(onTopic)
})

test('cat prints the lines as they stand, and its flags choose among them', async () => {
  const setup = await journaled()
  const whole = await runCli(['journal', 'cat'], setup)
  expect(whole.stdout).toBe(readFileSync(setup.events, 'utf8'))
  const rejected = await runCli(['journal', 'cat', '--rejected'], setup)
  const reasons = rejected.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).error.code)
  expect(reasons).toEqual(['not_utf8', 'not_json', 'tombstone'])
  const found = await runCli(['journal', 'cat', '--where', 'order.sequence == 7'], setup)
  expect([found.exit, JSON.parse(found.stdout).order_full.order_id]).toEqual([0, 'order-7'])
  expect(found.stderr).toContain('could not be evaluated on 3 records')
  expect((await runCli(['journal', 'cat', '--grep', 'order-99'], setup)).exit).toBe(1)
  const few = await runCli(['journal', 'cat', '--partition', '0', '--limit', '2'], setup)
  expect(
    few.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).kafka_offset),
  ).toEqual([0, 1])
})

test('stats adds up what the journal holds', async () => {
  const setup = await journaled()
  const { stdout } = await runCli(['journal', 'stats', '--json'], setup)
  expect(JSON.parse(stdout)).toMatchObject({
    totals: { records: 24, accepted: 21, rejected: { not_utf8: 1, not_json: 1, tombstone: 1 } },
    booked_minor: { EUR: 21 * 850 },
  })
})

test('verify proves a journal, and names the first line that was changed', async () => {
  const setup = await journaled()
  const good = await runCli(['journal', 'verify', '--json'], setup)
  expect(good.exit).toBe(0)
  const lines = readJournal(setup.events)
  expect(JSON.parse(good.stdout)).toMatchObject({
    ok: true,
    records: recordLines(lines).length,
    seq: lines.length,
    hash: lines.at(-1)?.hash,
  })
  const edited = join(setup.dir, 'edited.events')
  writeFileSync(edited, readFileSync(setup.events, 'utf8').replace('"order-7"', '"order-8"'))
  const number =
    readFileSync(setup.events, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes('"order-7"')) + 1
  const bad = await runCli(['journal', 'verify', edited], setup)
  expect(bad.exit).toBe(76)
  expect(bad.stdout).toContain(`edited.events line ${number} has a hash that does not follow`)
  const missing = await runCli(['journal', 'verify', 'nowhere.events'], setup)
  expect(missing).toMatchObject({ exit: 74, stderr: expect.stringContaining('nowhere.events: no such file') })
})

test('a tracker refuses to go on with a journal that was changed', async () => {
  const setup = await journaled()
  const text = readFileSync(setup.events, 'utf8')
  writeFileSync(setup.events, text.replace('"order-7"', '"order-8"'))
  const { exit, stderr } = await runCli(['tracker', '--exit-at-end'], setup)
  expect(exit).toBe(76)
  expect(stderr).toMatch(/line \d+ of .*tracker\.events has a hash that does not follow/)
  expect(readFileSync(setup.events, 'utf8')).toBe(text.replace('"order-7"', '"order-8"'))
})

test('the README recipes work with jq on the real files', async () => {
  const setup = await journaled()
  const jq = (filter: string, file: string): string =>
    execFileSync('jq', ['-c', filter, file], { encoding: 'utf8' }).trimEnd()
  expect(jq('select(.deserialized) | .order_full.total', setup.events).split('\n')).toEqual(
    Array(21).fill('8.5'),
  )
  expect(jq('select(.error) | [.kafka_offset, .error.code]', setup.events).split('\n')).toEqual([
    '[21,"not_utf8"]',
    '[22,"not_json"]',
    '[23,"tombstone"]',
  ])
  expect(
    jq('select(.kind == "metrics") | .metadata.journal.totals.records', setup.log).split('\n').at(-1),
  ).toBe('24')
})
