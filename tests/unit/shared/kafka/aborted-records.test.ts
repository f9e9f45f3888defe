import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type MarkedBatch, markAborted } from '../../../../src/shared/kafka/aborted-records.js'

interface Step {
  producerId: string
  kind: 'plain' | 'record' | 'commit' | 'abort'
}

/** A batch of one record, or a marker. */
const batch = (offset: number, { producerId, kind }: Step): MarkedBatch => {
  const isControlBatch = kind === 'commit' || kind === 'abort'
  return {
    offset,
    isControlRecord: isControlBatch,
    context: { producerId, inTransaction: kind !== 'plain', isControlBatch },
  }
}

/** What a broker tells of a log: its aborted transactions in the order in which they end. */
function abortedOf(log: Step[], from: number) {
  const begun = new Map<string, number>()
  const aborted: { producerId: string; firstOffset: string }[] = []
  for (const [offset, { producerId, kind }] of log.entries()) {
    if (kind === 'record' && !begun.has(producerId)) begun.set(producerId, offset)
    if (kind !== 'commit' && kind !== 'abort') continue
    const first = begun.get(producerId)
    if (kind === 'abort' && first !== undefined && offset >= from)
      aborted.push({ producerId, firstOffset: `${first}` })
    begun.delete(producerId)
  }
  return aborted
}

/** Offsets of records that count, found by looking for the end of each record's own transaction. */
function committed(log: Step[], from: number): number[] {
  return log.flatMap(({ producerId, kind }, offset) => {
    if (offset < from || kind === 'commit' || kind === 'abort') return []
    if (kind === 'plain') return [offset]
    const end = log
      .slice(offset)
      .find((step) => step.producerId === producerId && /commit|abort/.test(step.kind))
    return end?.kind === 'abort' ? [] : [offset]
  })
}

const kept = (log: Step[], from: number): number[] => {
  const messages = log.map((step, offset) => batch(offset, step)).slice(from)
  markAborted({ abortedTransactions: abortedOf(log, from), messages })
  return messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => offset)
}

test('transactions that overlap: the one that begins first and ends last is aborted whole', () => {
  const log: Step[] = [
    { producerId: 'a', kind: 'record' },
    { producerId: 'b', kind: 'record' },
    { producerId: 'c', kind: 'plain' },
    { producerId: 'b', kind: 'abort' },
    { producerId: 'a', kind: 'record' },
    { producerId: 'a', kind: 'abort' },
  ]
  expect(kept(log, 0)).toEqual([2])
})

test('a fetch that begins inside of two aborted transactions drops both', () => {
  const log: Step[] = [
    { producerId: 'a', kind: 'record' },
    { producerId: 'b', kind: 'record' },
    { producerId: 'b', kind: 'record' },
    { producerId: 'a', kind: 'record' },
    { producerId: 'a', kind: 'abort' },
    { producerId: 'b', kind: 'abort' },
    { producerId: 'a', kind: 'record' },
    { producerId: 'a', kind: 'commit' },
  ]
  expect(kept(log, 2)).toEqual([6])
})

test('any log, from any offset: exactly what was committed is left', () => {
  const producer = fc.constantFrom('1', '2', '3')
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ producerId: producer, kind: fc.constant<Step['kind']>('record') }) },
    {
      weight: 1,
      arbitrary: fc.record({ producerId: fc.constant('-1'), kind: fc.constant<Step['kind']>('plain') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ producerId: producer, kind: fc.constantFrom<Step['kind']>('commit', 'abort') }),
    },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(20), (steps, from) => {
      // Everything below the last stable offset has ended.
      const log: Step[] = [
        ...steps,
        ...['1', '2', '3'].map((producerId) => ({ producerId, kind: 'commit' as const })),
      ]
      expect(kept(log, from)).toEqual(committed(log, from))
    }),
  )
})
