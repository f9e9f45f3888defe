import { expect, test } from 'vitest'
import { lagTotal, standingOfJournal } from '../../../src/lifecycle/standing.js'
import type { Position } from '../../../src/shared/contract/journal-entry.js'
import type { JournalHead } from '../../../src/shared/journal/inspect.js'

const head = (positions: Partial<Position>[]): JournalHead => ({
  seq: 9,
  hash: '0'.repeat(64),
  clusterId: 'c1',
  positions: positions.map((position) => ({
    cluster_id: 'c1',
    topic: 'orders',
    partition: 0,
    epoch: 0,
    next_offset: 0,
    dlq_next: 0,
    ...position,
  })),
  totals: { records: 0, accepted: 0, rejected: {}, by_event_type: {}, bytes: 0 },
  timeMax: null,
})

const at = (earliest: number, end: number) => [{ topic: 'orders', partition: 0, earliest, end }]

test.each([
  ['without a journal everything on the topic is to come', null, at(3, 10), { next: 3, lag: 7 }],
  ['a position inside the topic', head([{ next_offset: 8 }]), at(3, 10), { next: 8, lag: 2 }],
  ['a position at the end', head([{ next_offset: 10 }]), at(3, 10), { next: 10, lag: 0 }],
  ['what left the topic cannot be lagged behind', head([{ next_offset: 1 }]), at(3, 10), { next: 3, lag: 7 }],
  [
    'a position past the end belongs to records that are gone',
    head([{ next_offset: 50 }]),
    at(0, 10),
    { next: 0, lag: 10 },
  ],
  [
    'a position on another cluster says nothing',
    head([{ next_offset: 10, cluster_id: 'c0' }]),
    at(0, 10),
    { next: 0, lag: 10 },
  ],
  ['an empty partition', head([{ next_offset: 4 }]), at(4, 4), { next: 4, lag: 0 }],
])('%s', (_, journal, ends, expected) => {
  const standing = standingOfJournal(journal, 'c1', ends)
  expect(standing).toMatchObject([expected])
  expect(lagTotal(standing)).toBe(expected.lag)
})
