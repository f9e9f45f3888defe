/**
 * Finds the last records of each partition when a journal is opened: near the end for busy partitions, by checkpoints
 * for those that have been quiet, however long the journal is.
 */
import { isRecordEntry, type Position } from '../contract/journal-entry.js'
import { CHECKPOINT_BYTES_MAX } from '../contract/limits.js'
import { journalLinesBackwards } from './backwards.js'
import { CheckpointSearch, openFile, type Stretch } from './checkpoints.js'
import { type Fingerprint, RECENT_RECORDS_MAX, recordDigest } from './fingerprint.js'
import { parseLine } from './line.js'
import { journalFiles } from './names.js'
import { keyBytes, timestampMsOf, valueBytes } from './payload.js'
import type { JournalState } from './state.js'
import { linesBackwards } from './tail.js'

/** Read for all partitions together before each is looked for by itself. */
const SHARED_BYTES = 2 * CHECKPOINT_BYTES_MAX
/** A partition that moved this often without a record of its own (gaps only) is given up. */
const MOVES_MAX = 64
/** Event type, topic and partition of a line stand within its first bytes, so most lines need no parsing. */
const LINE_HEAD_BYTES = 512
const CLUSTER_MARK = '"event_type":"journal.cluster"'

export interface LastRecords {
  topic: string
  partition: number
  /** Ascending by offset. */
  found: Fingerprint[]
  /** True where there may be records that were not found. */
  isUnknown: boolean
}

/** A partition whose last records are looked for. */
interface Wanted {
  position: Position
  /** What the head of its lines holds. */
  mark: string
  /** The newest first. */
  found: Fingerprint[]
  /** Nothing older is of interest. */
  isDone: boolean
  isUnknown: boolean
}

/**
 * The last records of the current cluster's partitions.
 *
 * Stops at a partition's last `journal.epoch` and at the last `journal.cluster`: what is before is other content.
 */
export function lastRecords(
  eventsFile: string,
  state: JournalState,
  sharedBytes = SHARED_BYTES,
): LastRecords[] {
  const wanted = [...state.positions.values()]
    .filter(({ cluster_id }) => cluster_id === (state.clusterId ?? ''))
    .map((position) => ({
      position,
      mark: `"kafka_topic":${JSON.stringify(position.topic)},"kafka_partition":${position.partition},`,
      found: [],
      isDone: false,
      isUnknown: false,
    }))
  takeLines(journalLinesBackwards(eventsFile, sharedBytes), wanted)
  const quiet = wanted.filter(({ found, isDone }) => found.length === 0 && !isDone)
  if (quiet.length > 0) findQuiet(eventsFile, quiet, sharedBytes)
  return wanted.map(({ position: { topic, partition }, found, isUnknown }: Wanted) => ({
    topic,
    partition,
    found: found.reverse(),
    isUnknown,
  }))
}

/** Takes what belongs to the wanted partitions, until each is done. */
function takeLines(lines: Iterable<Buffer>, wanted: Wanted[]): void {
  const open = new Set(wanted)
  for (const line of lines) {
    if (open.size === 0) return
    const head = line.toString('latin1', 0, LINE_HEAD_BYTES)
    if (head.includes(CLUSTER_MARK) && parseLine(line)?.event_type === 'journal.cluster') {
      for (const each of open) each.isDone = true
      return
    }
    for (const each of open) {
      if (!head.includes(each.mark)) continue
      takeLine(line, each)
      if (each.isDone) open.delete(each)
    }
  }
}

/** Adds the line where it is a record of the partition. */
function takeLine(line: Buffer, wanted: Wanted): void {
  const entry = parseLine(line)
  // A payload may hold the mark as well.
  if (!entry || !('kafka_partition' in entry)) return
  const { topic, partition } = wanted.position
  if (entry.kafka_topic !== topic || entry.kafka_partition !== partition) return
  if (isRecordEntry(entry)) {
    const record = {
      timestampMs: timestampMsOf(entry),
      key: keyBytes(entry),
      value: valueBytes(line, entry),
    }
    wanted.found.push({ offset: entry.kafka_offset, digest: recordDigest(record) })
  }
  wanted.isDone = entry.event_type === 'journal.epoch' || wanted.found.length === RECENT_RECORDS_MAX
}

function findQuiet(eventsFile: string, quiet: Wanted[], stepBytes: number): void {
  const files = journalFiles(eventsFile).reverse().map(openFile)
  try {
    const search = new CheckpointSearch(files, stepBytes)
    let pending: Pending[] = quiet.map((wanted) => ({ wanted, position: wanted.position, before: null }))
    for (let move = 0; move < MOVES_MAX && pending.length > 0; move += 1) pending = lookBack(search, pending)
    for (const { wanted } of pending) wanted.isUnknown = true
  } finally {
    for (const { text } of files) text.close()
  }
}

/** A partition that stood at `position` where `before` begins. */
interface Pending {
  wanted: Wanted
  position: Position
  before: Stretch | null
}

/** Reads the stretches in which the partitions last moved; returns those that only moved over gaps there. */
function lookBack(search: CheckpointSearch, pending: Pending[]): Pending[] {
  const groups = new Map<string, { stretch: Stretch; members: Pending[] }>()
  for (const each of pending) {
    const stretch = search.lastMove(each.position, each.before)
    if (!stretch) {
      each.wanted.isUnknown = true
      continue
    }
    const key = `${stretch.file.path} ${stretch.from} ${stretch.to}`
    const group = groups.get(key) ?? { stretch, members: [] }
    group.members.push(each)
    groups.set(key, group)
  }
  return [...groups.values()].flatMap(({ stretch, members }) => readStretch(search, stretch, members))
}

function readStretch(search: CheckpointSearch, stretch: Stretch, members: Pending[]): Pending[] {
  const { file, from, to } = stretch
  takeLines(
    linesBackwards(file.text, to, { floor: from }),
    members.map(({ wanted }) => wanted),
  )
  const before = search.positionsAt(stretch)
  return members.flatMap(({ wanted }) => {
    if (wanted.isDone || wanted.found.length > 0) return []
    const { cluster_id, topic, partition } = wanted.position
    const position = before?.find(
      (at) => at.cluster_id === cluster_id && at.topic === topic && at.partition === partition,
    )
    return position ? [{ wanted, position, before: stretch }] : []
  })
}
