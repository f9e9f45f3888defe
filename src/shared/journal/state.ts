/**
 * What a journal's lines add up to: head, positions, totals. One fold for the writer, recovery and `verify`.
 *
 * The fold also checks what the chain alone cannot: that `seq` has no holes and that offsets follow the positions.
 */
import { isDeepStrictEqual } from 'node:util'
import type {
  AssignedEntry,
  CheckpointEntry,
  EpochEntry,
  GapEntry,
  JournalEntry,
  OwnEntry,
  Position,
  RecordEntry,
  Totals,
} from '../contract/journal-entry.js'
import { GENESIS_HASH, isRecordEntry } from '../contract/journal-entry.js'
import { type Counted, copyTotals, countRecord, emptyTotals, recordCounts } from './totals.js'

export interface JournalState {
  /** Of the last line; 0 before the first. */
  seq: number
  hash: string
  clusterId: string | null
  /** By {@link positionKey}. */
  positions: Map<string, Position>
  totals: Totals
  timeMax: string | null
}

/** A partition of the current cluster. */
export interface PartitionRef {
  topic: string
  partition: number
}

export const emptyState = (): JournalState => ({
  seq: 0,
  hash: GENESIS_HASH,
  clusterId: null,
  positions: new Map(),
  totals: emptyTotals(),
  timeMax: null,
})

/** Positions as a line lists them: those of the current cluster last, so that recovery can tell which it is. */
export const listedPositions = (state: JournalState): Position[] =>
  [...state.positions.values()].sort(
    (a, b) => Number(a.cluster_id === state.clusterId) - Number(b.cluster_id === state.clusterId),
  )

/** The cluster at a checkpoint, as {@link listedPositions} orders them; null where it lists none. */
export const listedCluster = ({ positions }: CheckpointEntry): string | null =>
  positions.at(-1)?.cluster_id || null

/** The cluster that a journal is at behind this line; `known` is the one before it, null where no line told yet. */
export function clusterAfter(known: string | null, entry: JournalEntry): string | null {
  const told = toldCluster(known, entry)
  // A line that somebody sealed anew may hold anything.
  return typeof told === 'string' ? told : known
}

function toldCluster(known: string | null, entry: JournalEntry): unknown {
  if (entry.event_type === 'journal.cluster') return entry.cluster_id
  // Where the first files are gone nothing else tells.
  const isList = known === null && entry.event_type === 'journal.checkpoint' && listsPositions(entry)
  return isList ? listedCluster(entry) : null
}

/** True where {@link listedPositions} tell the current cluster: they end in one of its partitions. */
export const tellsCluster = (state: JournalState): boolean =>
  listedPositions(state).at(-1)?.cluster_id === (state.clusterId ?? '')

/** A copy that shares nothing that changes. */
export const copyState = (state: JournalState): JournalState => ({
  ...state,
  positions: new Map([...state.positions].map(([key, position]) => [key, { ...position }])),
  totals: copyTotals(state.totals),
})

/** Keys by partition of the topic that was asked for last: looking one up is done for each record, joining it costs more. */
let joined: { clusterId: string | null; topic: string; keys: string[] } = {
  clusterId: null,
  topic: '',
  keys: [],
}
const JOINED_MAX = 1_024

export function positionKey(clusterId: string | null, topic: string, partition: number): string {
  if (joined.topic !== topic || joined.clusterId !== clusterId) joined = { clusterId, topic, keys: [] }
  const known = joined.keys[partition]
  if (known !== undefined) return known
  const key = `${clusterId ?? ''}\n${topic}\n${partition}`
  if (partition < JOINED_MAX) joined.keys[partition] = key
  return key
}

/** The position of a partition of the current cluster, if the journal has one. */
export const positionOf = (state: JournalState, topic: string, partition: number): Position | undefined =>
  state.positions.get(positionKey(state.clusterId, topic, partition))

/** Epoch of a partition; 0 before its first `journal.epoch`. Counts over clusters, so it never repeats. */
export function epochOf(state: JournalState, topic: string, partition: number): number {
  let epoch = 0
  for (const position of state.positions.values()) {
    if (position.topic === topic && position.partition === partition) epoch = Math.max(epoch, position.epoch)
  }
  return epoch
}

/** What the fold needs to know of a record's line. */
export interface RecordFacts extends PartitionRef, Counted {
  timestamp: string
  offset: number
  seq: number
  hash: string
}

/**
 * Adds one entry to `state`, in place.
 *
 * @returns What is wrong with the entry, or null. After a problem the state is not to be used further.
 */
export function foldEntry(state: JournalState, entry: JournalEntry): string | null {
  if (isRecordEntry(entry)) return foldRecord(state, factsOf(entry))
  const problem = seqProblem(state, entry.seq) ?? foldPositions(state, entry)
  if (problem) return problem
  moveHead(state, entry)
  return null
}

/** The same for a record's line, of which no more is known than what counts. */
export function foldRecord(state: JournalState, facts: RecordFacts): string | null {
  const { topic, partition, offset } = facts
  const problem =
    seqProblem(state, facts.seq) ?? moveTo(state, { topic, partition, from: offset, to: offset + 1 })
  if (problem) return problem
  moveHead(state, facts)
  countRecord(state.totals, facts)
  return null
}

const factsOf = (entry: RecordEntry): RecordFacts => ({
  timestamp: entry.timestamp,
  topic: entry.kafka_topic,
  partition: entry.kafka_partition,
  offset: entry.kafka_offset,
  seq: entry.seq,
  hash: entry.hash,
  ...recordCounts(entry),
})

const seqProblem = (state: JournalState, seq: number): string | null =>
  seq === state.seq + 1 ? null : `has seq ${seq}, expected ${state.seq + 1}`

function moveHead(
  state: JournalState,
  { timestamp, seq, hash }: Pick<RecordFacts, 'timestamp' | 'seq' | 'hash'>,
): void {
  state.seq = seq
  state.hash = hash
  if (state.timeMax === null || timestamp > state.timeMax) state.timeMax = timestamp
}

function foldPositions(state: JournalState, entry: OwnEntry): string | null {
  switch (entry.event_type) {
    case 'journal.cluster':
      state.clusterId = entry.cluster_id
      return null
    case 'journal.gap':
    case 'journal.epoch':
    case 'journal.assigned':
      return foldPartition(state, entry)
    case 'journal.checkpoint':
      return foldCheckpoint(state, entry)
    case 'journal.closed':
      return foldListed(state, entry.positions)
    case 'journal.opened':
      return null
    default:
      return `has an event type "${(entry as { event_type: string }).event_type}" that this version does not know`
  }
}

/** Lines of the journal's own that are about one partition. */
function foldPartition(state: JournalState, entry: GapEntry | EpochEntry | AssignedEntry): string | null {
  const { kafka_topic: topic, kafka_partition: partition, from_offset: from } = entry
  if (entry.event_type === 'journal.gap')
    return moveTo(state, { topic, partition, from, to: entry.to_offset })
  const epoch = entry.event_type === 'journal.epoch' ? entry.epoch : epochOf(state, topic, partition)
  setPosition(state, { topic, partition, epoch, next_offset: from, dlq_next: from })
  return null
}

/** Offsets of a partition follow each other: what is missing between two records is a `journal.gap`. */
function moveTo(
  state: JournalState,
  { topic, partition, from, to }: PartitionRef & { from: number; to: number },
): string | null {
  const position = positionOf(state, topic, partition)
  if (!position) {
    const epoch = epochOf(state, topic, partition)
    setPosition(state, { topic, partition, epoch, next_offset: to, dlq_next: from })
    return null
  }
  if (from !== position.next_offset || to <= from) {
    return `goes from offset ${from} to ${to} of ${topic}/${partition}, expected to go on at ${position.next_offset}`
  }
  position.next_offset = to
  return null
}

/** Sets the position of a partition of the current cluster, in place. */
export function setPosition(state: JournalState, position: Omit<Position, 'cluster_id'>): void {
  const { topic, partition, epoch, next_offset, dlq_next } = position
  const cluster_id = state.clusterId ?? ''
  // Lines list the fields in this order.
  const listed = { cluster_id, topic, partition, epoch, next_offset, dlq_next }
  state.positions.set(positionKey(state.clusterId, topic, partition), listed)
}

function foldCheckpoint(
  state: JournalState,
  { positions, totals }: { positions: Position[]; totals: Totals },
): string | null {
  if (!isDeepStrictEqual(totals, state.totals)) {
    return `has totals that the lines before it do not add up to (${state.totals.records} records)`
  }
  return foldListed(state, positions)
}

/** True where a line that is to list positions does: a journal that somebody sealed anew may hold anything. */
export const listsPositions = ({ positions }: { positions: unknown }): boolean =>
  Array.isArray(positions) && positions.every((position) => Number.isSafeInteger(position?.next_offset))

/** Positions that a checkpoint or the close lists: known ones must agree, new ones are taken. */
function foldListed(state: JournalState, positions: Position[]): string | null {
  if (!listsPositions({ positions })) return 'does not list positions'
  for (const listed of positions) {
    const key = positionKey(listed.cluster_id || null, listed.topic, listed.partition)
    const known = state.positions.get(key)
    if (known && (known.next_offset !== listed.next_offset || known.epoch !== listed.epoch)) {
      return `lists ${listed.topic}/${listed.partition} at offset ${listed.next_offset}, expected ${known.next_offset}`
    }
    state.positions.set(key, { ...listed })
  }
  return null
}
