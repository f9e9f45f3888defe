/** What a check of journal files found, and what it was given to compare with. Data only. */
import type { KeyObject } from 'node:crypto'
import { emptyState, type JournalState } from './state.js'
import { type Head, noWitness, type Witnessed } from './witness.js'

export interface LineOf {
  file: string
  /** From 1, in its file. */
  line: number
}

export interface BadLine extends LineOf {
  /** Reads on after "line N". */
  problem: string
}

export interface Verification {
  files: string[]
  /** The first thing that is wrong, or null. */
  bad: BadLine | null
  /** `seq` of the first line; over 1 where earlier files are absent. Null for no lines. */
  fromSeq: number | null
  /** Whole lines that verified. */
  lines: number
  /** What the verified lines add up to. */
  state: JournalState
  /** Bytes at the end of the last file that no LF ends: a line in the making, or torn. */
  unfinishedBytes: number
  /** Anchored heads that the lines agree with. */
  heads: Witnessed
  /** Signatures of checkpoints that the key made; none where no key was given. */
  signatures: Witnessed
}

/** What speaks for a journal from outside. */
export interface WitnessOptions {
  /** Heads of this chain that were kept elsewhere, in any order; those before the first line are not compared. */
  heads?: Iterable<Head>
  /** From the first signed checkpoint on each one must be signed with it, and one must be. */
  publicKey?: KeyObject
}

export const nothingVerified = (files: string[]): Verification => ({
  files,
  bad: null,
  fromSeq: null,
  lines: 0,
  state: emptyState(),
  unfinishedBytes: 0,
  heads: noWitness(),
  signatures: noWitness(),
})
