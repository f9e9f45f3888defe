/**
 * What stands outside the chain and speaks for it: heads that were anchored elsewhere, and the public key of the
 * signed checkpoints. Against them, a journal that was cut off or written anew as a whole does not verify.
 */
import type { KeyObject } from 'node:crypto'
import type { JournalEntry } from '../contract/journal-entry.js'
import type { AnchoredHead } from './anchor.js'
import { checkSignature } from './signature.js'
import type { JournalState } from './state.js'

export type Head = Pick<AnchoredHead, 'seq' | 'hash'>

/** How far witnesses spoke for the journal. */
export interface Witnessed {
  /** Heads or signatures that were compared. */
  checked: number
  /** `seq` of the last one; null for none. */
  upToSeq: number | null
}

export const noWitness = (): Witnessed => ({ checked: 0, upToSeq: null })

/** Compares the chain with the heads that were anchored of it. */
export class HeadCheck {
  readonly result: Witnessed
  readonly #hashes = new Map<number, Set<string>>()
  #lastSeq = 0

  /**
   * @param heads In any order, repeated or not.
   * @param result Of the lines before; goes on in place.
   */
  constructor(heads: Iterable<Head>, result: Witnessed) {
    this.result = result
    for (const { seq, hash } of heads) {
      this.#hashes.set(seq, (this.#hashes.get(seq) ?? new Set()).add(hash))
      this.#lastSeq = Math.max(this.#lastSeq, seq)
    }
  }

  /** What is wrong with the line that has this `seq` and hash, or null. Lines are told in their order. */
  line({ seq, hash }: Head): string | null {
    const anchored = this.#hashes.get(seq)
    if (!anchored) return null
    for (const other of anchored) {
      if (other !== hash)
        return `was anchored with hash ${other}: the journal was rewritten ${this.#sinceWhen()}`
    }
    this.result.checked += anchored.size
    this.result.upToSeq = seq
    return null
  }

  /** What is wrong with a journal that ends in `state`, or null; reads on after its last line. */
  end({ seq }: Pick<JournalState, 'seq'>): string | null {
    if (this.#lastSeq <= seq) return null
    return `ends the journal at seq ${seq}, but seq ${this.#lastSeq} was anchored: cut off ${this.#sinceWhen()}`
  }

  #sinceWhen(): string {
    const { upToSeq } = this.result
    return upToSeq === null ? 'before the first anchored seq' : `after anchored seq ${upToSeq}`
  }
}

/** Checks the signatures of checkpoints: from the first signed one on, each must carry one of the key. */
export class SignatureCheck {
  readonly result: Witnessed
  /** True where a checkpoint without a signature was passed, which only a journal's beginning may hold. */
  passedUnsigned = false
  readonly #publicKey: KeyObject

  /** @param result Of the lines before; goes on in place. */
  constructor(publicKey: KeyObject, result: Witnessed) {
    this.#publicKey = publicKey
    this.result = result
  }

  /** What is wrong with a line's signature, or null. Lines are told in their order. */
  line(entry: JournalEntry, previousHash: string): string | null {
    if (entry.event_type !== 'journal.checkpoint') return null
    // A journal may be older than its key.
    if (entry.signature === undefined && this.result.checked === 0) {
      this.passedUnsigned = true
      return null
    }
    const problem = checkSignature(entry, previousHash, this.#publicKey)
    if (problem) return problem
    this.result.checked += 1
    this.result.upToSeq = entry.seq
    return null
  }

  /** What is wrong with the journal as a whole, or null; reads on after its last line. */
  end(): string | null {
    return this.result.checked > 0 ? null : 'ends a journal without a signed checkpoint; a key was given'
  }
}
