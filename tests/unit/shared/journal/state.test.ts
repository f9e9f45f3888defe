import { expect, test } from 'vitest'
import type { JournalEntry } from '../../../../src/shared/contract/journal-entry.js'
import { clusterAfter } from '../../../../src/shared/journal/state.js'

const entry = (fields: object): JournalEntry => fields as unknown as JournalEntry
const cluster = (id: unknown): JournalEntry => entry({ event_type: 'journal.cluster', cluster_id: id })
const checkpoint = (...ids: unknown[]): JournalEntry =>
  entry({
    event_type: 'journal.checkpoint',
    positions: ids.map((id) => ({ cluster_id: id, topic: 'orders', partition: 0, next_offset: 1 })),
  })

test('a journal is at the cluster that its last line about one names', () => {
  expect(clusterAfter(null, cluster('one'))).toBe('one')
  expect(clusterAfter('one', cluster('other'))).toBe('other')
  expect(clusterAfter('one', entry({ event_type: 'journal.closed' }))).toBe('one')
})

test('a checkpoint tells it by what it lists last, where no line before it was read', () => {
  expect(clusterAfter(null, checkpoint('old', 'one'))).toBe('one')
  expect(clusterAfter(null, checkpoint())).toBeNull()
  // The new cluster has no position yet.
  expect(clusterAfter('new', checkpoint('old'))).toBe('new')
})

test('lines that hold something else tell nothing', () => {
  expect(clusterAfter(null, cluster(7))).toBeNull()
  expect(clusterAfter('one', cluster({}))).toBe('one')
  expect(clusterAfter(null, checkpoint(7))).toBeNull()
  expect(clusterAfter(null, entry({ event_type: 'journal.checkpoint', positions: [{}] }))).toBeNull()
  expect(clusterAfter(null, entry({ event_type: 'journal.checkpoint' }))).toBeNull()
})
