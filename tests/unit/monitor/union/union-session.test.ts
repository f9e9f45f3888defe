/** Several journals as one, against a slow count of every record that stands in any of them. */
import { truncateSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { BusinessSession, type BusinessUpdate } from '../../../../src/monitor/business/business-session.js'
import { ClusterFold } from '../../../../src/monitor/union/cluster-fold.js'
import type { UnionUpdate } from '../../../../src/monitor/union/protocol.js'
import { UnionReader } from '../../../../src/monitor/union/union-reader.js'
import { UnionSession } from '../../../../src/monitor/union/union-session.js'
import type { Totals } from '../../../../src/shared/contract/journal-entry.js'
import { eventually } from '../../../support/eventually.js'
import { tempDir } from '../../../support/temp-dir.js'
import { PRICE_MINOR, type Step, slowTotals, UnionJournal } from '../../../support/union-journals.js'

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cluster' as const), id: fc.constantFrom('X', 'Y') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('epoch' as const), partition: fc.integer({ min: 0, max: 1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('records' as const),
      partition: fc.integer({ min: 0, max: 1 }),
      from: fc.integer({ min: 0, max: 30 }),
      count: fc.integer({ min: 1, max: 20 }),
    }),
  },
)
/** Of each journal its lines, in portions between which all are read. */
const journals = fc.array(fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
})

/** Reads to the end, into one fold for each cluster. */
function reading(paths: readonly string[]): { readAll(): Map<string, Totals>; reader: UnionReader } {
  let folds = new Map<string, ClusterFold>()
  const reader = new UnionReader(paths, {
    onRestart: () => {
      folds = new Map()
    },
    onRecord: (entry, line) => {
      const fold = folds.get(line.clusterId ?? '') ?? new ClusterFold(line.clusterId ?? '')
      folds.set(line.clusterId ?? '', fold)
      fold.addRecord(entry, line, Date.parse(entry.timestamp))
    },
  })
  onTestFinished(() => reader.close())
  const readAll = (): Map<string, Totals> => {
    while (reader.step());
    return new Map([...folds].map(([id, fold]) => [id, fold.takeUpdate(null).totals]))
  }
  return { readAll, reader }
}

test('the union equals a count of every place once, by cluster, at any moment of its growth', () => {
  fc.assert(
    fc.property(journals, (plans) => {
      const dir = tempDir()
      const written = plans.map((_, index) => new UnionJournal(dir, String(index)))
      for (const journal of written) journal.append([{ kind: 'cluster', id: 'X' }])
      const { readAll } = reading(written.map(({ eventsFile }) => eventsFile))
      for (let portion = 0; portion < 3; portion += 1) {
        for (const [index, journal] of written.entries()) journal.append(plans[index]?.[portion] ?? [])
        expect(readAll()).toEqual(slowTotals(written))
      }
    }),
    { numRuns: 100 },
  )
})

function watchTwo(): { one: UnionJournal; other: UnionJournal; last: () => UnionUpdate | undefined } {
  const dir = tempDir()
  const [one, other] = [new UnionJournal(dir, 'one'), new UnionJournal(dir, 'other')]
  for (const journal of [one, other]) journal.append([{ kind: 'cluster', id: 'X' }])
  one.append([{ kind: 'records', partition: 0, from: 0, count: 30 }])
  other.append([{ kind: 'records', partition: 0, from: 20, count: 30 }])
  const updates: UnionUpdate[] = []
  const session = new UnionSession([one.eventsFile, other.eventsFile], (update) =>
    updates.push(structuredClone(update)),
  )
  onTestFinished(() => session.close())
  return { one, other, last: () => updates.at(-1) }
}

const cluster = (update: UnionUpdate | undefined) =>
  update?.clusters.find(({ clusterId }) => clusterId === 'X')

test('rows stand in the order of their times, seconds add up, and what is repeated is told', async () => {
  const { last } = watchTwo()
  await eventually(() => last()?.isCaughtUp && cluster(last()), { message: 'both journals read' })
  const { totals, repeated, events, buckets } = cluster(last())!
  expect({ records: totals.records, repeated }).toEqual({ records: 50, repeated: 10 })
  const times = events.map(({ timeMs }) => timeMs)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(new Set(events.map(({ at }) => at.journal))).toEqual(new Set([0, 1]))
  expect(buckets.reduce((sum, { records }) => sum + records, 0)).toBe(50)
})

test('a journal that is cut is read anew, and the other one with it', async () => {
  const { one, last } = watchTwo()
  await eventually(() => cluster(last())?.totals.records === 50, { message: 'both journals read' })
  truncateSync(one.eventsFile, 0)
  writeFileSync(one.eventsFile, '')
  await eventually(() => cluster(last())?.totals.records === 30, {
    message: () => `what the other journal holds, not ${cluster(last())?.totals.records}`,
  })
})

test('business figures count each record once, of the cluster asked for alone', async () => {
  const dir = tempDir()
  const [one, other] = [new UnionJournal(dir, 'one'), new UnionJournal(dir, 'other')]
  one.append([
    { kind: 'cluster', id: 'X' },
    { kind: 'records', partition: 0, from: 0, count: 30 },
  ])
  other.append([
    { kind: 'cluster', id: 'Y' },
    { kind: 'records', partition: 0, from: 0, count: 40 },
    { kind: 'cluster', id: 'X' },
    { kind: 'records', partition: 0, from: 10, count: 30 },
  ])
  const updates: BusinessUpdate[] = []
  const input = { eventsFiles: [one.eventsFile, other.eventsFile], clusterId: 'X', indexFolders: [] }
  const session = new BusinessSession(input, 'all', (update) => updates.push(structuredClone(update)))
  onTestFinished(() => session.close())
  await eventually(() => updates.at(-1)?.isComplete, { message: 'both journals read' })
  const created = slowTotals([one, other]).get('X')?.by_event_type['order.created'] ?? 0
  expect(updates.at(-1)?.report.money).toEqual([
    { currency: 'EUR', bookedMinor: created * PRICE_MINOR, cancelledMinor: 0, created },
  ])
})
