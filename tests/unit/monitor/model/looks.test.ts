/** Several journals: what is looked at first, how one goes through them, and what is never added. */
import { expect, test } from 'vitest'
import { alarms } from '../../../../src/monitor/model/alarms.js'
import { dashboard } from '../../../../src/monitor/model/dashboard.js'
import { health } from '../../../../src/monitor/model/health.js'
import { lagOf } from '../../../../src/monitor/model/lag.js'
import type { LookName } from '../../../../src/monitor/model/look.js'
import {
  chosenState,
  type DirectedEffect,
  initialLooks,
  type Looks,
  updateLooks,
} from '../../../../src/monitor/model/looks.js'
import type { Action, Setup } from '../../../../src/monitor/model/state.js'
import type { PartitionReading, TailUpdate } from '../../../../src/monitor/tail/protocol.js'
import { emptyTotals } from '../../../../src/shared/journal/totals.js'
import {
  journalUpdate,
  logUpdate,
  metricsReading,
  NOW_MS,
  partitionReading,
  tailUpdate,
  testSetup,
} from '../../../support/monitor-state.js'

const setupOf = (...labels: string[]): Setup => ({
  ...testSetup(),
  journals: labels.map((label) => ({
    label,
    eventsFile: `/${label}/tracker.events`,
    logFile: `/${label}/t.log`,
  })),
})

/** The monitor after what happened to it, and what it asked for. */
class Watched {
  looks: Looks
  effects: DirectedEffect[] = []

  constructor(...labels: string[]) {
    this.looks = initialLooks(setupOf(...labels), { columns: 120, rows: 40 }, NOW_MS)
  }

  get state() {
    return chosenState(this.looks)
  }

  act(action: Action, to: LookName | null = null): this {
    const { looks, effects } = updateLooks(this.looks, { type: 'action', action, to })
    this.looks = looks
    this.effects = effects
    return this
  }

  tail(journal: number, update: TailUpdate = tailUpdate()): this {
    return this.act({ type: 'tail', update, nowMs: NOW_MS }, { journal })
  }

  press(key: string): this {
    return this.act({ type: 'key', key, nowMs: NOW_MS })
  }

  /** The cluster that each journal is at, and the records of each cluster. */
  union(clusters: (string | null)[], records: Record<string, number>): this {
    const update = {
      journals: clusters.map((clusterId) => ({ clusterId, fromSeq: 1, seq: 1 })),
      clusters: Object.entries(records).map(([clusterId, count]) => ({
        clusterId,
        totals: { ...emptyTotals(), records: count },
        repeated: 0,
        timeMaxMs: NOW_MS,
        bucketsFromSecond: null,
        buckets: [],
        events: [],
        rejections: [],
      })),
      progress: 1,
      isFresh: false,
      isCaughtUp: true,
    }
    const { looks, effects } = updateLooks(this.looks, { type: 'union', update, nowMs: NOW_MS })
    this.looks = looks
    this.effects = effects
    return this
  }
}

const withRecords = (records: number): TailUpdate =>
  tailUpdate({ journal: journalUpdate({ totals: { ...emptyTotals(), records } }) })

test('journals of one cluster are looked at as one, with the union’s count and not a sum', () => {
  const watched = new Watched('a', 'b')
    .tail(0, withRecords(10))
    .tail(1, withRecords(10))
    .union(['X', 'X'], { X: 15 })
  expect(watched.state.look).toMatchObject({ name: { cluster: 'X' }, place: 1, count: 3 })
  expect(watched.state.journal?.totals.records).toBe(15)
})

test('J goes through the cluster and every journal, and takes the view along', () => {
  const watched = new Watched('a', 'b')
    .tail(0, withRecords(10))
    .tail(1, withRecords(7))
    .union(['X', 'X'], { X: 15 })
  watched.press('5')
  const seen = [1, 2, 3].map(() => {
    const { journal, view } = watched.press('J').state
    return [journal?.totals.records, view.name]
  })
  expect(seen).toEqual([
    [10, 'problems'],
    [7, 'problems'],
    [15, 'problems'],
  ])
})

test('journals of different clusters have a look each, the largest cluster first', () => {
  const apart = new Watched('a', 'b').tail(0, withRecords(10)).union(['X', 'Y'], { X: 10, Y: 7 })
  expect(apart.state.look).toMatchObject({ name: { journal: 0 }, count: 2 })
  const three = new Watched('a', 'b', 'c').union(['X', 'Y', 'Y'], { X: 10, Y: 7 })
  expect(three.state.look).toMatchObject({ name: { cluster: 'Y' }, count: 4 })
})

test('what a person chose stays when more is found out', () => {
  const watched = new Watched('a', 'b').tail(0).tail(1).union(['X', null], { X: 10 })
  expect(watched.state.look?.name).toEqual({ journal: 0 })
  watched.press('J').union(['X', 'X'], { X: 12 })
  expect(watched.state.look).toMatchObject({ name: { journal: 1 }, count: 3 })
})

test('what reads one journal asks for one to be chosen, and then reads that one', () => {
  const watched = new Watched('a', 'b').tail(0).tail(1).union(['X', 'X'], { X: 2 })
  expect(watched.press('/').state.view.prompt).toBeNull()
  expect(watched.state.notice).toContain('J chooses')
  watched.press('J').press('/').press('x').press('enter')
  expect(watched.effects).toMatchObject([{ effect: { type: 'search', text: 'x' }, from: { journal: 0 } }])
  watched.press('J')
  expect(watched.effects[0]).toEqual({ effect: { type: 'leave' }, from: { journal: 0 } })
})

test('an answer goes to the look that asked, though another is looked at by now', () => {
  const watched = new Watched('a', 'b').tail(0).tail(1).union(['X', 'Y'], { X: 1, Y: 1 }).press('J')
  watched.act({ type: 'notice', text: 'saved' }, { journal: 0 })
  expect(watched.state.notice).toBeNull()
})

test('business figures are asked for of the cluster, once it is known which it is', () => {
  const watched = new Watched('a', 'b').press('4')
  expect(watched.effects).toEqual([])
  watched.tail(0).tail(1).union(['X', 'X'], { X: 2 })
  expect(watched.effects).toContainEqual({
    effect: { type: 'business', scope: 'all' },
    from: { cluster: 'X' },
  })
})

test('alarms name their journal, and x puts away what was found in any of them', () => {
  const tampered = tailUpdate({ journal: journalUpdate({ tampers: [{ id: 1, text: 'touched' }] }) })
  const watched = new Watched('a', 'b').tail(0).tail(1, tampered).union(['X', 'X'], { X: 2 })
  const texts = () => alarms(watched.state, health(watched.state), String).map(({ text }) => text)
  expect(texts()).toEqual(['b: journal: touched; run orderscope journal verify'])
  watched.press('x').union(['X', 'X'], { X: 2 })
  expect(texts()).toEqual([])
})

test('a partition is shown as the tracker has it that told of it last; one nobody tells of is not judged', () => {
  const told = (timeMs: number, ...partitions: PartitionReading[]): TailUpdate =>
    tailUpdate({ log: logUpdate({ metrics: metricsReading({ partitions }, { timeMs, partitions }) }) })
  const watched = new Watched('a', 'b')
    .tail(0, told(NOW_MS - 60_000, partitionReading(0, { lag: 9 }), partitionReading(1, { lag: 3 })))
    .tail(1, told(NOW_MS, partitionReading(0, { lag: 2 })))
    .union(['X', 'X'], { X: 2 })
  const rows = lagOf(watched.state, false)?.rows.map(({ partition: number, lag, state }) => [
    number,
    lag,
    state,
  ])
  expect(rows).toEqual([
    [0, 2, 'OK'],
    [1, 3, '?'],
  ])
  expect(dashboard(watched.state, String).tracker?.lag).toBe(5)
})

test('a tracker that has stopped does not trouble the others; one that is silent does', () => {
  const running = tailUpdate({ log: logUpdate({ metrics: metricsReading() }) })
  const stopped = tailUpdate({ log: logUpdate({ stoppedAtMs: NOW_MS, metrics: metricsReading() }) })
  const silent = tailUpdate({ log: logUpdate({ metrics: metricsReading({}, { timeMs: NOW_MS - 600_000 }) }) })
  const word = (other: TailUpdate): string =>
    health(new Watched('a', 'b').tail(0, running).tail(1, other).union(['X', 'X'], { X: 1 }).state).tracker
      .word
  expect([word(running), word(stopped), word(silent)]).toEqual(['consuming', 'consuming', 'silent'])
})
