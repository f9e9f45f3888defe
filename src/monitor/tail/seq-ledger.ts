/**
 * Remembers hash and effect of the last lines of the journal, so that a metrics line which speaks of an earlier
 * seq can still be compared: tracker.log and the journal are read one after the other, never at one instant.
 *
 * Bounded: the oldest lines fall out, and what has fallen out is not compared.
 */
import type { Totals } from '../../shared/contract/journal-entry.js'
import { copyTotals } from '../../shared/journal/totals.js'

/** Lines remembered; at 10,000 lines a second more than a metrics interval. A power of two. */
const LINES_MAX = 65_536
const HASH_BYTES = 32

/** What one line added to the totals; null for a line of the journal's own. */
export type Effect = { bytes: number; group: 'rejected' | 'by_event_type'; key: string } | null

/** What is remembered of one line. */
export interface LedgerLine {
  /** 64 hex digits. */
  hash: string
  /** Its timestamp, milliseconds since 1970. */
  timeMs: number
  effect: Effect
}

export class SeqLedger {
  readonly #hashes = Buffer.alloc(LINES_MAX * HASH_BYTES)
  readonly #times = new Float64Array(LINES_MAX)
  readonly #bytes = new Float64Array(LINES_MAX)
  /** Index into `#effects`, or -1. */
  readonly #effectIds = new Int32Array(LINES_MAX)
  readonly #effects: { group: 'rejected' | 'by_event_type'; key: string }[] = []
  readonly #effectIdOf = { rejected: new Map<string, number>(), by_event_type: new Map<string, number>() }
  #firstSeq = 1
  #nextSeq = 1

  /** Forgets everything; the next line is expected to be `seq`. */
  restart(seq: number): void {
    this.#firstSeq = seq
    this.#nextSeq = seq
  }

  add(seq: number, { hash, timeMs, effect }: LedgerLine): void {
    if (seq !== this.#nextSeq) this.restart(seq)
    const slot = seq % LINES_MAX
    this.#hashes.write(hash, slot * HASH_BYTES, HASH_BYTES, 'hex')
    this.#times[slot] = timeMs
    this.#bytes[slot] = effect?.bytes ?? 0
    this.#effectIds[slot] = effect ? this.#effectId(effect.group, effect.key) : -1
    this.#nextSeq = seq + 1
    this.#firstSeq = Math.max(this.#firstSeq, this.#nextSeq - LINES_MAX)
  }

  /** Hash and time of a line, or null where it is not remembered. */
  lineAt(seq: number): Pick<LedgerLine, 'hash' | 'timeMs'> | null {
    if (seq < this.#firstSeq || seq >= this.#nextSeq) return null
    const slot = seq % LINES_MAX
    const hash = this.#hashes.toString('hex', slot * HASH_BYTES, (slot + 1) * HASH_BYTES)
    return { hash, timeMs: this.#times[slot] ?? 0 }
  }

  /** The totals as they were after line `seq`, given those after the last line; null where not remembered. */
  totalsAt(seq: number, current: Totals): Totals | null {
    if (seq < this.#firstSeq - 1 || seq >= this.#nextSeq) return null
    const totals = copyTotals(current)
    for (let later = this.#nextSeq - 1; later > seq; later -= 1) {
      const slot = later % LINES_MAX
      const effect = this.#effects[this.#effectIds[slot] ?? -1]
      if (!effect) continue
      totals.records -= 1
      totals.bytes -= this.#bytes[slot] ?? 0
      if (effect.group === 'by_event_type') totals.accepted -= 1
      takeOne(totals[effect.group], effect.key)
    }
    return totals
  }

  #effectId(group: 'rejected' | 'by_event_type', key: string): number {
    const known = this.#effectIdOf[group].get(key)
    if (known !== undefined) return known
    this.#effects.push({ group, key })
    this.#effectIdOf[group].set(key, this.#effects.length - 1)
    return this.#effects.length - 1
  }
}

function takeOne(counts: Record<string, number>, key: string): void {
  const left = (counts[key] ?? 0) - 1
  if (left > 0) counts[key] = left
  else delete counts[key]
}

/** True where both count the same, key by key. */
export const isSameTotals = (one: Totals, other: Totals): boolean =>
  one.records === other.records &&
  one.accepted === other.accepted &&
  one.bytes === other.bytes &&
  isSameCounts(one.rejected, other.rejected) &&
  isSameCounts(one.by_event_type, other.by_event_type)

function isSameCounts(one: Record<string, number>, other: Record<string, number>): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].every((key) => (one[key] ?? 0) === (other[key] ?? 0))
}
