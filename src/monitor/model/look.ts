/** Which of several journals is looked at, and what else there is to look at. Data only. */
import type { MonitorState } from './state.js'

/** Says which look is meant: a journal by its place among them, a cluster by its id; null before that is known. */
export type LookName = { journal: number } | { cluster: string | null }

/** One of the journals, as it stands beside the others. */
export interface LookJournal {
  label: string
  /** The cluster that it is at; null before that was told. */
  clusterId: string | null
  state: MonitorState
  /** First line that was counted for its cluster; null before it. */
  countedFromSeq: number | null
}

/** What is looked at, among what else there is. */
export interface Look {
  name: LookName
  /** From 1. */
  place: number
  count: number
  /** All journals that are watched. */
  journals: readonly LookJournal[]
  /** Those that are looked at. */
  parts: readonly LookJournal[]
  /** Records of the cluster that stand in more than one journal, beyond the first; 0 of a single journal. */
  repeated: number
}

export const sameLook = (one: LookName, other: LookName): boolean =>
  'journal' in one
    ? 'journal' in other && one.journal === other.journal
    : 'cluster' in other && one.cluster === other.cluster
