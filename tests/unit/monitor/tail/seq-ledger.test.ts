import { expect, test } from 'vitest'
import { isSameTotals, SeqLedger } from '../../../../src/monitor/tail/seq-ledger.js'
import type { Totals } from '../../../../src/shared/contract/journal-entry.js'
import { copyTotals, countRecord, emptyTotals } from '../../../../src/shared/journal/totals.js'

const hashOf = (seq: number): string => seq.toString(16).padStart(64, '0')

test('gives hash and totals of any line it remembers', () => {
  const ledger = new SeqLedger()
  const totals = emptyTotals()
  const at: Totals[] = [copyTotals(totals)]
  for (let seq = 1; seq <= 50; seq += 1) {
    const rejection = seq % 7 === 0 ? 'not_json' : null
    const type = seq % 2 === 0 ? 'order.created' : 'order.shipped'
    const isOwn = seq % 11 === 0
    if (!isOwn) countRecord(totals, { bytes: seq, rejection, orderEventType: type })
    const group = rejection ? 'rejected' : 'by_event_type'
    ledger.add(seq, hashOf(seq), isOwn ? null : { bytes: seq, group, key: rejection ?? type })
    at.push(copyTotals(totals))
  }
  for (const [seq, expected] of at.entries()) {
    const found = ledger.totalsAt(seq, totals)
    expect(found && isSameTotals(found, expected)).toBe(true)
    if (seq > 0) expect(ledger.hashAt(seq)).toBe(hashOf(seq))
  }
})

test('what has not been read, and what has fallen out, is not known', () => {
  const ledger = new SeqLedger()
  const totals = emptyTotals()
  for (let seq = 1; seq <= 70_000; seq += 1) ledger.add(seq, hashOf(seq), null)
  expect(ledger.hashAt(70_001)).toBeNull()
  expect(ledger.totalsAt(70_001, totals)).toBeNull()
  expect(ledger.hashAt(4464)).toBeNull()
  expect(ledger.hashAt(4465)).toBe(hashOf(4465))
  expect(ledger.totalsAt(4463, totals)).toBeNull()
  expect(ledger.totalsAt(4464, totals)).not.toBeNull()
})

test('after a break in seq nothing before it is believed', () => {
  const ledger = new SeqLedger()
  ledger.add(1, hashOf(1), null)
  ledger.add(5, hashOf(5), null)
  expect([ledger.hashAt(1), ledger.hashAt(4), ledger.hashAt(5)]).toEqual([null, null, hashOf(5)])
})

test('a count of zero and a missing one are the same', () => {
  const totals = emptyTotals()
  expect(isSameTotals(totals, { ...totals, rejected: { not_json: 0 } })).toBe(true)
  expect(isSameTotals(totals, { ...totals, rejected: { not_json: 1 } })).toBe(false)
  expect(isSameTotals(totals, { ...totals, bytes: 1 })).toBe(false)
})
