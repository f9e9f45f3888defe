/**
 * Goal: no batch stops the tracker, whatever it is compressed with and however it is damaged.
 * Method: Kafka's own Java client writes every codec, plain and in committed and aborted transactions, and a gzip bomb
 * of 260 MiB; then three batches are changed in the broker's file, two of them with checksums that fit.
 * Expected: every readable committed record once and to the byte; a gap for each batch that cannot be read, told in the
 * metrics, by `status` and by the monitor; nothing of what was aborted.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32c } from '@node-rs/crc32'
import { expect, test } from 'vitest'
import { ownBroker } from '../support/broker.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { produceWithJava } from '../support/java-producer.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { logLines, runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

/** Positions in a record batch, from Kafka's description of the format. */
const LENGTH_AT = 8
const CRC_AT = 17
const ATTRIBUTES_AT = 21
const RECORDS_AT = 61

/** Changes the batch of a log segment that begins at `baseOffset`. */
function changeBatch(segment: string, baseOffset: number, change: (batch: Buffer) => unknown): void {
  const bytes = readFileSync(segment)
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_AT + 4 + bytes.readInt32BE(at + LENGTH_AT)
    const batch = bytes.subarray(at, end)
    at = end
    if (Number(batch.readBigInt64BE(0)) !== baseOffset) continue
    change(batch)
    writeFileSync(segment, bytes)
    return
  }
  throw new Error(`no batch begins at ${baseOffset}`)
}

/** The change, and a checksum that fits. */
const sealed =
  (change: (batch: Buffer) => unknown) =>
  (batch: Buffer): void => {
    change(batch)
    batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT)
  }

const payloadFor = (key: string): string => `{"order_id":"${key}","text":"${'äé–x'.repeat(40)}"}`

/** Waits until metrics tell of so many undecodable offsets, and sees that `status` and the monitor tell it too. */
async function expectPassedOver({ dir, env, log }: TrackerSetup, offsets: number): Promise<void> {
  const newest = () => logLines(log).findLast(({ kind }) => kind === 'metrics')?.metadata['passed_over_total']
  await eventually(() => (newest() as { undecodable?: number } | undefined)?.undecodable === offsets, {
    deadlineMs: 30_000,
    message: () => `the offsets that were passed over: ${JSON.stringify(newest())}`,
  })
  const text = `${offsets} offsets of the topics could not be journaled (${offsets} undecodable)`
  const status = JSON.parse((await runCli(['status', '--json'], { dir, env })).stdout)
  expect(status).toMatchObject({ state: 'degraded', problems: [expect.stringContaining(text)] })
  const { alarms } = JSON.parse((await runCli(['monitor', '--json'], { dir, env })).stdout)
  expect(alarms).toMatchObject([{ code: 'passed_over', text: expect.stringContaining(text) }])
}

test('every codec is read, aborted records are left out, and a gap stands for what cannot be read', async () => {
  const broker = await ownBroker()
  const setup = trackerSetup(broker.brokers)
  const { dir, env, events, log, names } = setup
  await createTopic(broker.brokers, names.topic, 1)
  const offsets = await produceWithJava(broker.brokers, names.topic)
  const offsetOf = (key: string): number => offsets.get(key) ?? Number.NaN
  await broker.stop()
  const segment = join(dirname(broker.logFile), 'kafka', 'data', `${names.topic}-0`, `${'0'.repeat(20)}.log`)
  const fill = (batch: Buffer): unknown => batch.fill(0xff, RECORDS_AT + 20, RECORDS_AT + 40)
  changeBatch(segment, offsetOf('damaged-0'), sealed(fill))
  changeBatch(
    segment,
    offsetOf('unknown-0'),
    sealed((batch) => batch.writeInt16BE(7, ATTRIBUTES_AT)),
  )
  changeBatch(segment, offsetOf('rotten-0'), fill)
  await broker.start()

  const readable = [...offsets.keys()].filter((key) => !/^(aborted|damaged|unknown|rotten)-/.test(key))
  expect(readable).toHaveLength(110)
  const tracker = await runningTracker(setup)
  await expectPassedOver(setup, 1 + 10 + 10 + 10)
  await eventually(() => recordLines(readJournal(events)).length === 110, { message: 'what can be read' })
  expect(await stopTracker(tracker), tracker.stderr).toBe(0)
  const lines = recordLines(readJournal(events))
  expect(lines.map((line) => [line['kafka_key'], line['kafka_offset']])).toEqual(
    readable.map((key) => [key, offsetOf(key)]),
  )
  const records = await readTopic(broker.brokers, names.topic)
  const judged = judgeJournal({ events, topic: names.topic, records: records.filter(({ key }) => key) })
  expect(judged.faults).toEqual([])
  reportRow(23, judged)

  const exported = await runCli(['journal', 'export', '--format', 'raw'], { dir, env })
  expect(exported.stdout.trimEnd().split('\n')).toEqual(readable.map(payloadFor))

  const gaps = readJournal(events).filter(({ reason }) => reason === 'undecodable')
  const bomb = offsetOf('damaged-0') - 1
  expect(gaps.map((gap) => [gap['from_offset'], gap['to_offset']])).toEqual([
    [bomb, bomb + 1],
    [offsetOf('damaged-0'), offsetOf('damaged-9') + 1],
    [offsetOf('unknown-0'), offsetOf('unknown-9') + 1],
    [offsetOf('rotten-0'), offsetOf('rotten-9') + 1],
  ])
  const said = logLines(log).filter(({ kind }) => kind === 'batch.undecodable')
  expect(said.map(({ level }) => level)).toEqual(['error', 'error', 'error', 'error'])
  expect(said[2]?.message).toContain('no codec has the number 7')
  expect(said[3]?.message).toContain('its checksum does not fit')
  expect((await runCli(['journal', 'verify'], { dir, env })).exit).toBe(0)
})
