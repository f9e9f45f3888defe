/**
 * Goal: whoever changes a journal without making its chain anew is found, at the line where the change begins; and
 * of a chain that was made anew, what no writer of ours writes is still found.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Verification } from '../../../../src/shared/journal/verification.js'
import { verifyFiles } from '../../../../src/shared/journal/verify.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { mutants, resealed, seeded } from '../../../support/journal-mutants.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { chainFaults } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const MUTANTS = 600

interface Original {
  journal: Buffer
  /** Without their LF. */
  lines: Buffer[]
}

let original: Promise<Original> | null = null
const theOriginal = (): Promise<Original> => {
  original ??= realJournal()
  return original
}

/** A journal of two starts and two clusters, with every kind of line. */
async function realJournal(): Promise<Original> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock()
  const values = [
    'no JSON',
    Buffer.from([0xff, 0x0a]),
    null,
    '\n{"a":1}',
    '{"a":1}',
    '{"a":{},"hash":"x","seq":1}',
  ]
  for (let start = 0; start < 2; start += 1) {
    const writer = await openJournal(eventsFile, { clock })
    const earliest = [{ topic: 'orders', partition: 0, offset: 0 }]
    await writer.enterCluster(start === 0 ? 'A' : 'B', earliest)
    for (let round = 0; round < 2; round += 1) {
      const next = writer.nextOffset({ topic: 'orders', partition: 0 }) ?? 0
      await writer.append(values.map((value, index) => record(next + index, { value })))
      await writer.append(records(next + 8, next + 11))
      clock.advance(60_000)
      await writer.checkpointIfDue()
    }
    await writer.skip({ topic: 'orders', partition: 0 }, 100, 'retention')
    await writer.takeOver({ topic: 'orders', partition: 1 }, { offset: 7, instance: 'b', epoch: 0 })
    await writer.close()
  }
  expect(chainFaults(eventsFile)).toEqual([])
  const journal = readFileSync(eventsFile)
  const lines = journal.toString('latin1').split('\n').slice(0, -1)
  return { journal, lines: lines.map((line) => Buffer.from(line, 'latin1')) }
}

function verify(...contents: (Buffer | string)[]): Verification {
  const dir = tempDir()
  const files = contents.map((content, index) => {
    const file = join(dir, `tracker.events.${index + 1}`)
    writeFileSync(file, content)
    return file
  })
  return verifyFiles(files)
}

test('a journal as it was written verifies, and its state is told', async () => {
  const { journal, lines } = await theOriginal()
  expect(lines.length).toBeGreaterThan(50)
  const result = verify(journal)
  expect(result).toMatchObject({ bad: null, fromSeq: 1, lines: lines.length, unfinishedBytes: 0 })
  expect(result.state).toMatchObject({ seq: lines.length, clusterId: 'B', totals: { records: 40 } })
})

test('every change is found at its line', async () => {
  const { journal } = await theOriginal()
  const seed = Number(process.env['MUTANT_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`mutants of seed ${seed} (MUTANT_SEED repeats them)\n`)
  const file = join(tempDir(), 'mutant.events')
  for (const { what, bytes, line } of mutants(journal, MUTANTS, seeded(seed))) {
    writeFileSync(file, bytes)
    const { bad, unfinishedBytes } = verifyFiles([file])
    if (line === null)
      expect({ bad, isUnfinished: unfinishedBytes > 0 }, what).toEqual({ bad: null, isUnfinished: true })
    else expect(bad?.line, what).toBe(line)
  }
})

/** The chain made anew from the first line that `change` changes; returns what is said of it. */
async function forged(
  change: (body: string) => string,
  pick: (body: string) => boolean,
): Promise<string | undefined> {
  const { lines } = await theOriginal()
  const at = lines.findIndex((line) => pick(line.toString('utf8')))
  const body = lines[at]?.toString('utf8').slice(0, -75) ?? ''
  expect(change(body)).not.toBe(body)
  const { bad } = verify(resealed(lines, at, Buffer.from(change(body))))
  if (bad) expect(bad.line).toBe(at + 1)
  return bad?.problem
}

const isAccepted = (line: string): boolean => line.includes('"event_type":"message.received",')
const isText = (line: string): boolean => line.includes('"raw_message":"no JSON"')
const isCheckpoint = (line: string): boolean =>
  line.includes('"journal.checkpoint"') && line.includes('"records":10,')

test('a chain that was made anew verifies where only a payload was changed: that needs a head kept elsewhere', async () => {
  expect(await forged((body) => body.replace('espresso', 'expresso'), isAccepted)).toBeUndefined()
})

const FORM = 'is not in the form that the journal writes'
const NO_ENTRY = 'is not a JSON object with event_type and seq'

test.each<[string, (body: string) => string, (line: string) => boolean, string]>([
  ['a key twice', (body) => body.replace('{', '{"kafka_offset":1,'), isAccepted, FORM],
  [
    'a key twice in an undecodable record',
    (body) => body.replace(',"raw', ',"deserialized":true,"raw'),
    isText,
    FORM,
  ],
  [
    'a key twice, spelled in another way',
    (body) => body.replace('{', '{"kafka_\\u006fffset":1,'),
    isAccepted,
    FORM,
  ],
  [
    'a key twice with a space',
    (body) => body.replace(',"seq"', ',"deserialized" :false,"seq"'),
    isText,
    FORM,
  ],
  [
    'a key again behind the payload',
    (body) => body.replace(',"seq"', ',"message_size":1,"seq"'),
    isAccepted,
    NO_ENTRY,
  ],
  [
    'a second payload',
    (body) => body.replace(',"seq"', ',"order_full":{"total":1},"seq"'),
    isAccepted,
    NO_ENTRY,
  ],
  [
    'a payload that is no object',
    (body) => body.replace(/"order_full":.*,"seq"/, '"order_full":[],"seq"'),
    isAccepted,
    NO_ENTRY,
  ],
  ['spaces between fields', (body) => body.replace(',"kafka_topic"', ', "kafka_topic"'), isAccepted, FORM],
  [
    'a carriage return',
    (body) => body.replace('"order_full":{', '"order_full":{\r'),
    isAccepted,
    'holds a carriage return',
  ],
  ['no event type', (body) => body.replace('"event_type"', '"event"'), isText, NO_ENTRY],
  [
    'an event type of the future',
    (body) => body.replace('journal.checkpoint', 'journal.check'),
    isCheckpoint,
    'has an event type "journal.check" that this version does not know',
  ],
  [
    'a hole in the sequence',
    (body) => body.replace(/"seq":(\d+)$/, (_, seq) => `"seq":${Number(seq) + 1}`),
    isAccepted,
    'has seq 12, expected 11',
  ],
  [
    'an offset that was passed over',
    (body) => body.replace(/"kafka_offset":(\d+)/, '"kafka_offset":90'),
    isAccepted,
    'goes from offset 90 to 91 of orders/0, expected to go on at 8',
  ],
  [
    'totals that do not add up',
    (body) => body.replace('"records":10,', '"records":11,'),
    isCheckpoint,
    'has totals that the lines before it do not add up to (10 records)',
  ],
  [
    'a position that does not follow',
    (body) => body.replace('"next_offset":12', '"next_offset":13'),
    isCheckpoint,
    'lists orders/0 at offset 13, expected 12',
  ],
  [
    'a checkpoint without positions',
    (body) => body.replace('"positions"', '"places"'),
    isCheckpoint,
    'does not list positions',
  ],
  [
    'a position that is none',
    (body) => body.replace('"positions":[', '"positions":[null,'),
    isCheckpoint,
    'does not list positions',
  ],
])('of a chain that was made anew, %s is still found', async (_, change, pick, problem) => {
  expect(await forged(change, pick)).toBe(problem)
})

test('a first line that lost its previous_hash is found, not stumbled over', async () => {
  const { journal } = await theOriginal()
  expect(verify(journal.toString('latin1').replace('previous_hash', 'previous_hush')).bad).toMatchObject({
    line: 1,
  })
})

test('an empty file and a line in the making are no fault', async () => {
  const { journal, lines } = await theOriginal()
  expect(verify('')).toMatchObject({ bad: null, fromSeq: null, lines: 0, unfinishedBytes: 0 })
  expect(verify(journal.subarray(0, -10))).toMatchObject({ bad: null, lines: lines.length - 1 })
})

test('what is checked up to a byte is not looked at behind it', async () => {
  const { journal, lines } = await theOriginal()
  const file = join(tempDir(), 'tracker.events')
  writeFileSync(file, Buffer.concat([journal, Buffer.from('garbage\n')]))
  expect(verifyFiles([file], { untilBytes: journal.length })).toMatchObject({
    bad: null,
    lines: lines.length,
  })
  expect(verifyFiles([file]).bad).toMatchObject({ line: lines.length + 1 })
})

test('a file of another format is named as such', async () => {
  const { lines } = await theOriginal()
  const body = lines[0]?.toString('utf8').slice(0, -75).replace('"format":1', '"format":2') ?? ''
  expect(verify(resealed(lines, 0, Buffer.from(body))).bad?.problem).toBe(
    'has format 2; this version reads format 1',
  )
})

test('progress is told with the bytes that were checked', async () => {
  const { journal } = await theOriginal()
  const file = join(tempDir(), 'tracker.events')
  writeFileSync(file, journal)
  const told: number[] = []
  verifyFiles([file], { onProgress: (bytes) => told.push(bytes) })
  expect(told.at(-1)).toBe(journal.length)
})
