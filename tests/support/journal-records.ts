/** Records for journals in tests, judged as the tracker judges them. */
import { judge } from '../../src/shared/contract/verdict.js'
import { Journal, type JournalOptions } from '../../src/shared/journal/journal.js'
import type { IncomingRecord } from '../../src/shared/journal/record.js'
import { FakeClock } from './fake-clock.js'
import { order } from './order-builder.js'

type Given = Partial<Omit<IncomingRecord, 'verdict' | 'value'>> & {
  /** A text stands for its UTF-8 bytes. */
  value?: Buffer | string | null
}

/** The record of a valid order at `offset`; `given` replaces what it names. */
export function record(offset: number, given: Given = {}): IncomingRecord {
  const text = given.value === undefined ? JSON.stringify(order(offset + 1)) : given.value
  const value = typeof text === 'string' ? Buffer.from(text) : text
  return {
    topic: 'orders',
    partition: 0,
    offset,
    timestampMs: String(Date.parse('2026-11-21T02:15:36.000Z') + offset),
    key: Buffer.from(`order-${offset + 1}`),
    headers: [['ce_type', Buffer.from('order.created')]],
    ...given,
    value,
    verdict: judge(value),
  }
}

/** Records of one partition at the offsets `from` to `to` (inclusive). */
export const records = (from: number, to: number, given: Given = {}): IncomingRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => record(from + index, given))

/** Opens a journal with a clock of its own, or with what `given` names. */
export const openJournal = (eventsFile: string, given: Partial<JournalOptions> = {}): Promise<Journal> =>
  Journal.open({
    eventsFile,
    instance: null,
    writerVersion: '0.0.0',
    clock: new FakeClock(),
    signer: null,
    ...given,
  })
