import { expect, test } from 'vitest'
import { isSameTotals, SeqLedger } from '../../../../src/monitor/tail/seq-ledger.js'
import type { Totals } from '../../../../src/shared/contract/journal-entry.js'
import { copyTotals, countRecord, emptyTotals } from '../../../../src/shared/journal/totals.js'

const hashOf = (seq: number): string => seq.toString(16).padStart(64, '0')

test('gives hash, time and totals of any line it remembers', () => {
  const ledger = new SeqLedger()
  const totals = emptyTotals()
  const at: Totals[] = [copyTotals(totals)]
  for (let seq = 1; seq <= 50; seq += 1) {
    const rejection = seq % 7 === 0 ? 'not_json' : null
    const type = seq % 2 === 0 ? 'order.created' : 'order.shipped'
    const isOwn = seq % 11 === 0
    if (!isOwn) countRecord(totals, { bytes: seq, rejection, orderEventType: type })
    const group = rejection ? ('rejected' as const) : ('by_event_type' as const)
    const effect = isOwn ? null : { bytes: seq, group, key: rejection ?? type }
    ledger.add(seq, { hash: hashOf(seq), timeMs: seq * 10, effect })
    at.push(copyTotals(totals))
  }
  for (const [seq, expected] of at.entries()) {
    const found = ledger.totalsAt(seq, totals)
    expect(found && isSameTotals(found, expected)).toBe(true)
    if (seq > 0) expect(ledger.lineAt(seq)).toEqual({ hash: hashOf(seq), timeMs: seq * 10 })
  }
})

test('what has not been read, and what has fallen out, is not known', () => {
  const ledger = new SeqLedger()
  const totals = emptyTotals()
  for (let seq = 1; seq <= 70_000; seq += 1) ledger.add(seq, { hash: hashOf(seq), timeMs: 0, effect: null })
  expect(ledger.lineAt(70_001)).toBeNull()
  expect(ledger.totalsAt(70_001, totals)).toBeNull()
  expect(ledger.lineAt(4464)).toBeNull()
  expect(ledger.lineAt(4465)?.hash).toBe(hashOf(4465))
  expect(ledger.totalsAt(4463, totals)).toBeNull()
  expect(ledger.totalsAt(4464, totals)).not.toBeNull()
})

test('after a break in seq nothing before it is believed', () => {
  const ledger = new SeqLedger()
  ledger.add(1, { hash: hashOf(1), timeMs: 0, effect: null })
  ledger.add(5, { hash: hashOf(5), timeMs: 0, effect: null })
  expect([1, 4, 5].map((seq) => ledger.lineAt(seq)?.hash)).toEqual([undefined, undefined, hashOf(5)])
})

test('a count of zero and a missing one are the same', () => {
  const totals = emptyTotals()
  expect(isSameTotals(totals, { ...totals, rejected: { not_json: 0 } })).toBe(true)
  expect(isSameTotals(totals, { ...totals, rejected: { not_json: 1 } })).toBe(false)
  expect(isSameTotals(totals, { ...totals, bytes: 1 })).toBe(false)
})
