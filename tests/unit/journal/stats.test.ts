import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addEntry, emptyStats, type JournalStats } from '../../../src/journal/stats.js'
import { parseLine } from '../../../src/shared/journal/line.js'
import { readLines } from '../../../src/shared/journal/read.js'
import { FakeClock } from '../../support/fake-clock.js'
import { openJournal, record } from '../../support/journal-records.js'
import { order } from '../../support/order-builder.js'
import { tempDir } from '../../support/temp-dir.js'

/** Sums over a real journal of these payloads, one a second. */
async function statsOf(payloads: unknown[]): Promise<JournalStats> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock('2026-11-21T10:00:00.000Z')
  const journal = await openJournal(eventsFile, { clock })
  for (const [offset, payload] of payloads.entries()) {
    const value = payload === null || typeof payload === 'string' ? payload : JSON.stringify(payload)
    await journal.append([record(offset, { value })])
    clock.advance(1_000)
  }
  await journal.close()
  const stats = emptyStats()
  for (const { line } of readLines(eventsFile)) {
    const entry = parseLine(line)
    if (entry) addEntry(stats, entry)
  }
  return stats
}

const event = (type: string, changes: Record<string, unknown> = {}): Record<string, unknown> =>
  order(1, { metadata: { event_type: type }, ...changes })

test('created orders are booked, cancelled ones told beside them, by currency and in cents', async () => {
  const stats = await statsOf([
    event('order.created'),
    event('order.created', { total: 8.51 }),
    event('order.created', { currency: 'USD' }),
    event('order.confirmed'),
    event('order.cancelled'),
    event('order.created', { currency: undefined }),
  ])
  expect(stats.booked_minor).toEqual({ EUR: 1_701, USD: 850, '(none)': 850 })
  expect(stats.cancelled_minor).toEqual({ EUR: 850 })
})

test('rejected records count and book nothing', async () => {
  const stats = await statsOf([
    event('order.created', { total: 9_999 }),
    'no JSON',
    null,
    event('order.created'),
  ])
  expect(stats.booked_minor).toEqual({ EUR: 850 })
  expect(stats.totals).toMatchObject({
    records: 4,
    accepted: 1,
    rejected: { total_mismatch: 1, not_json: 1, tombstone: 1 },
  })
})

test('sums of cents do not drift as sums of binary fractions do', async () => {
  const cents = {
    total: 3.51,
    sub_total: 0.1,
    items: [{ item_id: 'i', item_name: 'n', quantity: 1, unit_price: 0.1, total_price: 0.1 }],
    tax: 0.91,
  }
  const stats = await statsOf(Array.from({ length: 100 }, () => event('order.created', cents)))
  expect(stats.booked_minor['EUR']).toBe(35_100)
})

test('a currency may be called what every object inherits', async () => {
  const stats = await statsOf(
    ['constructor', '__proto__', 'constructor'].map((currency) => event('order.created', { currency })),
  )
  expect(Object.entries(stats.booked_minor)).toEqual([
    ['constructor', 1_700],
    ['__proto__', 850],
  ])
})

test('the first and the last record tell the span; lines of the journal itself do not', async () => {
  expect(await statsOf([])).toMatchObject({ first_timestamp: null, last_timestamp: null })
  expect(await statsOf([event('order.created'), 'no JSON', event('order.created')])).toMatchObject({
    first_timestamp: '2026-11-21T10:00:00.000Z',
    last_timestamp: '2026-11-21T10:00:02.000Z',
  })
})
