/**
 * Several journals of one cluster as one reading, which every view draws like that of a single journal.
 *
 * Records are counted by the union of the journals, each once; here nothing is added that counts records.
 */
import { emptyTotals } from '../../shared/journal/totals.js'
import {
  ERROR_ROWS_MAX,
  type JournalUpdate,
  type LogRow,
  REJECTIONS_MAX,
  ROWS_MAX,
} from '../tail/protocol.js'
import type { ClusterTotals, ClusterUpdate } from '../union/protocol.js'
import { mergedLog } from './merge-logs.js'
import type { Reading } from './reading.js'
import { mergeBuckets } from './take-tail.js'

/** What the union says of the journals as a whole. */
export interface UnionFacts {
  progress: number
  isCaughtUp: boolean
}

/** Rows and buckets of a cluster after an update of the union. */
export function takeCluster(
  old: Pick<Reading, 'events' | 'rejections' | 'buckets'>,
  update: Pick<ClusterUpdate, 'events' | 'rejections' | 'buckets'>,
  isFresh: boolean,
): Pick<Reading, 'events' | 'rejections' | 'buckets'> {
  const { events, rejections, buckets } = isFresh ? { events: [], rejections: [], buckets: [] } : old
  return {
    events: byTime([...update.events.toReversed(), ...events], ROWS_MAX),
    rejections: byTime([...update.rejections.toReversed(), ...rejections], REJECTIONS_MAX),
    buckets: mergeBuckets(buckets, update.buckets),
  }
}

/** What is shown of a cluster: its counts from the union, all else from the journals that are part of it. */
export function mergedReading(
  rows: Pick<Reading, 'events' | 'rejections' | 'buckets'>,
  cluster: ClusterTotals | null,
  { parts, union }: { parts: readonly Reading[]; union: UnionFacts },
): Reading {
  const { events, rejections, buckets } = rows
  return {
    events,
    rejections,
    buckets,
    logs: byTime(ofEach(parts, 'logs'), ROWS_MAX),
    errors: byTime(ofEach(parts, 'errors'), ERROR_ROWS_MAX),
    journal: mergedJournal(parts, cluster, union),
    log: mergedLog(parts.flatMap(({ log }) => log ?? [])),
    isCaughtUp: union.isCaughtUp && parts.every(({ isCaughtUp }) => isCaughtUp),
  }
}

/** Newest first; rows of one time stay as they stand. */
const byTime = <Row extends { timeMs: number }>(rows: readonly Row[], max: number): Row[] =>
  rows.toSorted((one, other) => other.timeMs - one.timeMs).slice(0, max)

/** Lines of several logs may have one number. */
const ofEach = (parts: readonly Reading[], list: 'logs' | 'errors'): LogRow[] =>
  parts.flatMap((part, journal) => part[list].map((row) => ({ ...row, journal })))

function mergedJournal(
  parts: readonly Reading[],
  cluster: ClusterTotals | null,
  union: UnionFacts,
): JournalUpdate | null {
  const journals = parts.flatMap(({ journal }) => journal ?? [])
  const [first] = journals
  if (!first) return null
  const sum = (of: (journal: JournalUpdate) => number): number =>
    journals.reduce((total, journal) => total + of(journal), 0)
  const closes = journals.map(({ closedAtMs }) => closedAtMs)
  const present = journals.find(({ file }) => file.state === 'open') ?? first
  return {
    ...present,
    file: {
      ...present.file,
      sizeBytes: sum(({ file }) => file.sizeBytes),
      behindBytes: sum(({ file }) => file.behindBytes),
    },
    files: journals.flatMap(({ files }) => files),
    sealedFiles: sum(({ sealedFiles }) => sealedFiles),
    progress: Math.min(union.progress, ...journals.map(({ progress }) => progress)),
    totals: cluster?.totals ?? emptyTotals(),
    totalsFromSeq: 1,
    seq: sum(({ seq }) => seq),
    hash: null,
    timeMaxMs: cluster?.timeMaxMs ?? null,
    clusterId: null,
    badLines: sum(({ badLines }) => badLines),
    seqBreaks: sum(({ seqBreaks }) => seqBreaks),
    chain: { fromSeq: null, toSeq: null, breaks: 0, firstBreakSeq: null },
    checkpoint: null,
    behindLines: sum(({ behindLines }) => behindLines),
    closedAtMs: closes.some((close) => close === null) ? null : Math.max(...(closes as number[])),
    bucketsFromSecond: cluster?.bucketsFromSecond ?? null,
    agreedSeq: null,
    disagreement: null,
    cuts: sum(({ cuts }) => cuts),
    tampers: [],
  }
}
