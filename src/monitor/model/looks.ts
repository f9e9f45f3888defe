/**
 * Several journals in one monitor: a whole state for each of them and for each cluster that several of them share,
 * of which one is looked at. Journals of different clusters stand side by side; nothing of them is added.
 *
 * A single journal is one look, and costs no more than its state.
 */
import type { ClusterTotals, UnionUpdate } from '../union/protocol.js'
import type { JournalProgress } from '../union/union-reader.js'
import { type Look, type LookName, sameLook } from './look.js'
import { mergedReading, takeCluster } from './merge.js'
import { NOTHING_READ } from './reading.js'
import {
  type Action,
  type Effect,
  initialState,
  type MonitorState,
  type Setup,
  type Size,
  see,
} from './state.js'
import { update } from './update.js'

interface ClusterLook {
  id: string | null
  totals: ClusterTotals | null
  state: MonitorState
}

export interface Looks {
  journals: readonly MonitorState[]
  /** Of each journal, as the union of all read it. */
  progress: readonly JournalProgress[]
  union: { progress: number; isCaughtUp: boolean }
  /** First one without an id, of all journals, to be looked at until it is known which of them share a cluster. */
  clusters: readonly ClusterLook[]
  /** It is known which journals share a cluster. */
  isSorted: boolean
  chosen: LookName
  /** By a person: then what is found out later does not change it. */
  isChosen: boolean
}

export type LooksAction =
  | { type: 'union'; update: UnionUpdate; nowMs: number }
  /** Of a person or the clock, for what is looked at, or an answer for the look that asked. */
  | { type: 'action'; action: Action; to: LookName | null }

export interface DirectedEffect {
  effect: Effect
  from: LookName
}

interface Taken {
  looks: Looks
  effects: DirectedEffect[]
}

/** The looks of one state. */
export const soleLook = (state: MonitorState): Looks => ({
  journals: [state],
  progress: [],
  union: { progress: 0, isCaughtUp: false },
  clusters: [],
  isSorted: true,
  chosen: { journal: 0 },
  isChosen: false,
})

/** Before anything was read. Several journals are expected to be of one cluster until they say otherwise. */
export function initialLooks(setup: Setup, size: Size, nowMs: number): Looks {
  const { journals } = setup
  if (journals.length === 1) return soleLook(initialState(setup, size, nowMs))
  const states = journals.map(({ eventsFile, logFile }) =>
    initialState({ ...setup, eventsFile, logFile }, size, nowMs),
  )
  const together = { id: null, totals: null, state: initialState(setup, size, nowMs) }
  return withLook({
    ...soleLook(together.state),
    journals: states,
    clusters: [together],
    isSorted: false,
    chosen: { cluster: null },
  })
}

/** The state that is looked at. */
export const chosenState = (looks: Looks): MonitorState => stateOf(looks, looks.chosen) as MonitorState

/** Every journal has been read to the end that was there, by itself and together with the others. */
export const isCaughtUp = ({ journals, union }: Looks): boolean =>
  journals.every((state) => state.isCaughtUp) && (journals.length === 1 || union.isCaughtUp)

export function updateLooks(looks: Looks, action: LooksAction): Taken {
  if (action.type === 'union') {
    const { looks: taken, effects } = takeUnion(looks, action)
    const turned = sameLook(looks.chosen, taken.chosen) ? [] : afterTurn(looks.chosen, taken)
    return { looks: withLook(taken), effects: [...ofChosen(taken, effects), ...turned] }
  }
  const from = action.to ?? looks.chosen
  const before = stateOf(looks, from)
  // A cluster that no journals share any more has no look.
  if (!before) return { looks, effects: [] }
  const { state, effects } = update(before, action.action)
  const taken = withState(looks, from, state)
  const isTail = action.action.type === 'tail' && 'journal' in from
  const own = effects.map((effect) => ({ effect, from }))
  if (!isTail) return followed(taken, own)
  const merged = withClusters(taken, state.nowMs)
  return followed(merged.looks, ofChosen(merged.looks, [...own, ...merged.effects]))
}

/** Does what the looks themselves are asked for, and hands the rest on. */
function followed(looks: Looks, effects: readonly DirectedEffect[]): Taken {
  let next = looks
  const rest: DirectedEffect[] = []
  for (const { effect, from } of effects) {
    if (effect.type === 'dismissParts') next = dismissParts(next)
    else if (effect.type === 'nextLook') {
      next = turnedTo(next, nextName(next), true)
      rest.push(...afterTurn(from, next))
    } else if (effect.type !== 'business' || isKnown(from)) rest.push({ effect, from })
  }
  return { looks: withLook(next), effects: rest }
}

/** What comes from the files disturbs a person only where it is looked at. */
const ofChosen = ({ chosen }: Looks, effects: readonly DirectedEffect[]): DirectedEffect[] =>
  effects.filter(({ from }) => sameLook(from, chosen))

/** Until it is known which journals share a cluster there is nothing to read figures of. */
const isKnown = (name: LookName): boolean => 'journal' in name || name.cluster !== null

/** What was asked for at the look before is left, and the business figures are read where they are looked at. */
function afterTurn(before: LookName, looks: Looks): DirectedEffect[] {
  const { chosen } = looks
  const { name, scope } = chosenState(looks).view
  const leave: DirectedEffect = { effect: { type: 'leave' }, from: before }
  if (name !== 'business' || !isKnown(chosen)) return [leave]
  return [leave, { effect: { type: 'business', scope }, from: chosen }]
}

function takeUnion(looks: Looks, { update: told, nowMs }: Extract<LooksAction, { type: 'union' }>): Taken {
  const { journals: progress, isFresh } = told
  const { isCaughtUp } = told
  const clusters = new Map(looks.clusters.map((cluster) => [cluster.id, cluster]))
  const beginning = clusters.get(null)?.state ?? chosenState(looks)
  for (const { buckets, events, rejections, ...totals } of told.clusters) {
    const state = clusters.get(totals.clusterId)?.state ?? { ...beginning, ...NOTHING_READ }
    const rows = takeCluster(state, { buckets, events, rejections }, isFresh)
    clusters.set(totals.clusterId, { id: totals.clusterId, totals, state: { ...state, ...rows } })
  }
  const isShared = told.clusters.some(({ clusterId }) => partsOf(progress, clusterId).length > 1)
  const next: Looks = {
    ...looks,
    progress,
    union: { progress: told.progress, isCaughtUp },
    clusters: [...clusters.values()],
    isSorted: looks.isSorted || isShared || isCaughtUp,
  }
  const { looks: merged, effects } = withClusters(next, nowMs)
  return { looks: byDefault(merged), effects }
}

/** Until a person chooses: what most journals share, else the first journal. */
function byDefault(looks: Looks): Looks {
  if (looks.isChosen) return looks
  const [first = { journal: 0 }] = namesOf(looks)
  return sameLook(first, looks.chosen) ? looks : turnedTo(looks, first, false)
}

/** Journals that are at a cluster, by their places; all where none is known. */
const partsOf = (progress: readonly JournalProgress[], id: string | null): number[] =>
  progress.flatMap(({ clusterId }, index) => (clusterId === id ? [index] : []))

const placesOf = ({ journals, progress }: Looks, id: string | null): number[] =>
  id === null ? journals.map((_, index) => index) : partsOf(progress, id)

/** Everything that can be looked at: first the clusters that several journals share, by how many do. */
function namesOf(looks: Looks): LookName[] {
  const shared = looks.clusters
    .map(({ id }) => ({ id, count: placesOf(looks, id).length }))
    .filter(({ id, count }) => (id === null ? !looks.isSorted : count > 1))
    .sort((one, other) => other.count - one.count)
  return [...shared.map(({ id }) => ({ cluster: id })), ...looks.journals.map((_, journal) => ({ journal }))]
}

function stateOf({ journals, clusters }: Looks, name: LookName): MonitorState | null {
  if ('journal' in name) return journals[name.journal] ?? null
  return clusters.find(({ id }) => id === name.cluster)?.state ?? null
}

function withState(looks: Looks, name: LookName, state: MonitorState): Looks {
  if ('journal' in name) return { ...looks, journals: looks.journals.with(name.journal, state) }
  const clusters = looks.clusters.map((cluster) =>
    cluster.id === name.cluster ? { ...cluster, state } : cluster,
  )
  return { ...looks, clusters }
}

function nextName(looks: Looks): LookName {
  const names = namesOf(looks)
  const at = names.findIndex((name) => sameLook(name, looks.chosen))
  return names[(at + 1) % names.length] ?? looks.chosen
}

/** How one looks stays; what was asked for of the journals before is left behind. */
function turnedTo(looks: Looks, name: LookName, isChosen: boolean): Looks {
  const before = chosenState(looks)
  const after = stateOf(looks, name)
  if (!after) return looks
  const { paused, dismissedTamper } = after.view
  const view = {
    ...before.view,
    paused,
    dismissedTamper,
    isDetailOpen: false,
    isHelpOpen: false,
    prompt: null,
  }
  const left = withState(looks, looks.chosen, { ...before, look: null, business: null, search: null })
  return { ...withState(left, name, { ...after, view, nowMs: before.nowMs }), chosen: name, isChosen }
}

/** What a person has seen of a cluster was seen of every journal of it. */
function dismissParts(looks: Looks): Looks {
  if ('journal' in looks.chosen) return looks
  const places = placesOf(looks, looks.chosen.cluster)
  const journals = looks.journals.map((state, index) =>
    places.includes(index)
      ? see(state, { dismissedTamper: state.journal?.tampers.at(-1)?.id ?? 0 }).state
      : state,
  )
  return { ...looks, journals }
}

/** The readings of clusters, from what is known of their journals by now. */
function withClusters(looks: Looks, nowMs: number): Taken {
  const effects: DirectedEffect[] = []
  const clusters = looks.clusters.map((cluster) => {
    const parts = placesOf(looks, cluster.id).flatMap((place) => looks.journals[place] ?? [])
    if (parts.length < 2) return cluster
    const reading = mergedReading(cluster.state, cluster.totals, { parts, union: looks.union })
    const changed = update(cluster.state, { type: 'reading', reading, nowMs })
    effects.push(...changed.effects.map((effect) => ({ effect, from: { cluster: cluster.id } })))
    return { ...cluster, state: changed.state }
  })
  return { looks: { ...looks, clusters }, effects }
}

/** The looks, with the state that is looked at knowing what else there is. */
function withLook(looks: Looks): Looks {
  if (looks.journals.length === 1) return looks
  const { chosen, progress, clusters } = looks
  const names = namesOf(looks)
  const journals = looks.journals.map((state, place) => ({
    label: state.setup.journals[place]?.label ?? '',
    clusterId: progress[place]?.clusterId ?? null,
    countedFromSeq: progress[place]?.fromSeq ?? null,
    // A look within a look would keep every state there ever was.
    state: { ...state, look: null },
  }))
  const places = 'journal' in chosen ? [chosen.journal] : placesOf(looks, chosen.cluster)
  const totals = 'journal' in chosen ? null : clusters.find(({ id }) => id === chosen.cluster)?.totals
  const look: Look = {
    name: chosen,
    place: names.findIndex((name) => sameLook(name, chosen)) + 1,
    count: names.length,
    journals,
    parts: places.flatMap((place) => journals[place] ?? []),
    repeated: totals?.repeated ?? 0,
  }
  return withState(looks, chosen, { ...chosenState(looks), look })
}
