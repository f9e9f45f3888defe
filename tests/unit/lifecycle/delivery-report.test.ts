import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DeliveryReport, reportDeliveries } from '../../../src/lifecycle/delivery-report.js'
import { tempDir } from '../../support/temp-dir.js'

const HASH = 'a'.repeat(64)

interface Files {
  ledgers: Record<string, string[]>
  journal: string[]
  sinceSeq?: number
}

function report({ ledgers, journal, sinceSeq = 0 }: Files): DeliveryReport {
  const dir = tempDir()
  const folder = join(dir, '.orderscope')
  mkdirSync(folder)
  for (const [name, lines] of Object.entries(ledgers)) writeFileSync(join(folder, name), lines.join(''))
  const eventsFile = join(dir, 'tracker.events')
  writeFileSync(eventsFile, journal.join(''))
  return reportDeliveries({ ledger: join(folder, 'ledger-now.ndjson'), folder, eventsFile, sinceSeq })
}

const delivered = (partition: number, offset: number): string =>
  `{"event_id":"e-${partition}-${offset}","order_id":"o","topic":"orders","partition":${partition},"offset":${offset},"sha256":"00"}\n`

const unknown = (eventId: string): string =>
  `{"event_id":"${eventId}","order_id":"o","topic":"orders","partition":0,"sha256":"00","outcome":"unknown"}\n`

const journaled = (seq: number, partition: number, offset: number, eventId = 'x'): string =>
  `{"timestamp":"2026-11-21T02:15:37.001Z","event_type":"message.received","kafka_topic":"orders","kafka_partition":${partition},"kafka_offset":${offset},"kafka_timestamp":null,"kafka_key":null,"kafka_headers":[["ce_id","${eventId}"]],"message_size":2,"deserialized":true,"order_full":{"a":",\\"seq\\":9"},"seq":${seq},"hash":"${HASH}"}\n`

const opened = `{"timestamp":"2026-11-21T02:15:37.000Z","event_type":"journal.opened","format":1,"instance":null,"writer_version":"0","previous_file":null,"previous_hash":null,"seq":1,"hash":"${HASH}"}\n`

test('counts what was delivered, what of it is journaled, and what others sent', () => {
  const found = report({
    ledgers: { 'ledger-now.ndjson': [delivered(0, 0), delivered(0, 1), delivered(1, 7)] },
    journal: [opened, journaled(2, 0, 0), journaled(3, 1, 7), journaled(4, 1, 8), journaled(5, 2, 0)],
  })
  expect(found).toEqual({ delivered: 3, unknown: 0, journaled: 2, unknownJournaled: 0, foreign: 2 })
})

test('finds a record of unknown outcome again by its event id', () => {
  const found = report({
    ledgers: { 'ledger-now.ndjson': [delivered(0, 0), unknown('lost'), unknown('arrived')] },
    journal: [opened, journaled(2, 0, 0), journaled(3, 0, 1, 'arrived')],
  })
  expect(found).toEqual({ delivered: 1, unknown: 2, journaled: 1, unknownJournaled: 1, foreign: 0 })
})

test('leaves out what was journaled before the run', () => {
  const found = report({
    ledgers: { 'ledger-now.ndjson': [delivered(0, 5)] },
    journal: [opened, journaled(2, 0, 3), journaled(3, 0, 4), journaled(4, 0, 5)],
    sinceSeq: 3,
  })
  expect(found).toEqual({ delivered: 1, unknown: 0, journaled: 1, unknownJournaled: 0, foreign: 0 })
})

test('does not call foreign what an earlier run has left to this one', () => {
  const found = report({
    ledgers: {
      'ledger-now.ndjson': [delivered(0, 5)],
      'ledger-before.ndjson': [delivered(0, 3), delivered(0, 4)],
      'ledger-copy.ndjson': [delivered(0, 4)],
    },
    journal: [opened, journaled(2, 0, 3), journaled(3, 0, 4), journaled(4, 0, 5), journaled(5, 0, 6)],
  })
  expect(found).toMatchObject({ journaled: 1, foreign: 1 })
})

test('reads sealed files too and passes over lines that are not finished', () => {
  const dir = tempDir()
  const eventsFile = join(dir, 'tracker.events')
  writeFileSync(`${eventsFile}.000001`, opened + journaled(2, 0, 0))
  writeFileSync(eventsFile, journaled(3, 0, 1) + journaled(4, 0, 2).slice(0, -20))
  const ledger = join(dir, 'ledger-now.ndjson')
  writeFileSync(ledger, delivered(0, 0) + delivered(0, 1) + delivered(0, 2).slice(0, 30))
  const found = reportDeliveries({ ledger, folder: dir, eventsFile, sinceSeq: 0 })
  expect(found).toMatchObject({ delivered: 2, journaled: 2, foreign: 0 })
})

test('a run without a producer calls everything foreign', () => {
  const dir = tempDir()
  const eventsFile = join(dir, 'tracker.events')
  writeFileSync(eventsFile, opened + journaled(2, 0, 0))
  const found = reportDeliveries({ ledger: null, folder: dir, eventsFile, sinceSeq: 0 })
  expect(found).toEqual({ delivered: 0, unknown: 0, journaled: 0, unknownJournaled: 0, foreign: 1 })
})
