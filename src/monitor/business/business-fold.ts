/**
 * Folds the whole journal into business figures for three scopes: all, the last 24 hours, the last hour.
 *
 * The two shorter ones are made of slots, so that they can move on with time: a scope begins at the start of its
 * oldest slot, and says when that is. Time is a line's `timestamp`, held at the running maximum.
 */
import type { RecordEntry } from '../../shared/contract/journal-entry.js'
import { type BusinessReport, makeReport, SCOPES, type Scope } from './report.js'
import { addListed, addSums, type BusinessSums, countOrder, emptySums, type ListedSums } from './sums.js'

export const MINUTE_MS = 60_000

interface SlotPlan {
  slotMs: number
  spanMs: number
}

const PLANS: Record<Exclude<Scope, 'all'>, SlotPlan> = {
  '1h': { slotMs: MINUTE_MS, spanMs: 60 * MINUTE_MS },
  '24h': { slotMs: 15 * MINUTE_MS, spanMs: 24 * 60 * MINUTE_MS },
}

const SLOTTED = ['1h', '24h'] as const

const slotsFromMs = ({ slotMs, spanMs }: SlotPlan, nowMs: number): number =>
  Math.floor((nowMs - spanMs) / slotMs) * slotMs

/** Where a scope that ends at `endMs` begins; null for all. */
const scopeFromMs = (scope: Scope, endMs: number): number | null =>
  scope === 'all' ? null : slotsFromMs(PLANS[scope], endMs)

/** Sums of equal stretches of time, the oldest forgotten. */
class Slots {
  readonly #plan: SlotPlan
  /** By start in milliseconds since 1970, ascending. */
  readonly #slots = new Map<number, BusinessSums>()

  constructor(plan: SlotPlan) {
    this.#plan = plan
  }

  at(timeMs: number): BusinessSums {
    const start = Math.floor(timeMs / this.#plan.slotMs) * this.#plan.slotMs
    let sums = this.#slots.get(start)
    if (!sums) {
      sums = emptySums()
      this.#slots.set(start, sums)
      this.#forgetBefore(this.fromMs(timeMs))
    }
    return sums
  }

  /** Start of the oldest slot of a scope that ends at `nowMs`. */
  fromMs(nowMs: number): number {
    return slotsFromMs(this.#plan, nowMs)
  }

  sumUntil(nowMs: number): BusinessSums {
    const sum = emptySums()
    const from = this.fromMs(nowMs)
    for (const [start, sums] of this.#slots) if (start >= from) addSums(sum, sums)
    return sum
  }

  #forgetBefore(timeMs: number): void {
    for (const start of this.#slots.keys()) {
      if (start >= timeMs) return
      this.#slots.delete(start)
    }
  }
}

export class BusinessFold {
  readonly #all = emptySums()
  readonly #slots = { '1h': new Slots(PLANS['1h']), '24h': new Slots(PLANS['24h']) }
  readonly #scopes: ReadonlySet<Scope>
  #timeMaxMs = 0

  /** `scopes`: those that will be asked for. */
  constructor(scopes: readonly Scope[] = SCOPES) {
    this.#scopes = new Set(scopes)
  }

  /** Takes the next record line, written at `timeMs`. */
  add(entry: RecordEntry, timeMs: number): void {
    countOrder(this.#targets(timeMs), entry)
  }

  /** Takes the sums of the next minute, which began at `startMs`. */
  addMinute(startMs: number, sums: ListedSums): void {
    for (const target of this.#targets(startMs)) addListed(target, sums)
  }

  /** The figures of a scope that ends now, or at the newest line where that is later. */
  report(scope: Scope, nowMs: number): BusinessReport {
    return BusinessFold.reportOf([this], scope, nowMs)
  }

  /** The same of several folds, each of which has its own time. */
  static reportOf(folds: readonly BusinessFold[], scope: Scope, nowMs: number): BusinessReport {
    const endMs = Math.max(nowMs, ...folds.map((fold) => fold.#timeMaxMs))
    const [first = emptySums(), ...others] = folds.map((fold) => fold.#sums(scope, endMs))
    if (others.length === 0) return makeReport(first, scope, scopeFromMs(scope, endMs))
    const sum = emptySums()
    for (const sums of [first, ...others]) addSums(sum, sums)
    return makeReport(sum, scope, scopeFromMs(scope, endMs))
  }

  #sums(scope: Scope, endMs: number): BusinessSums {
    return scope === 'all' ? this.#all : this.#slots[scope].sumUntil(endMs)
  }

  #targets(timeMs: number): BusinessSums[] {
    this.#timeMaxMs = Math.max(this.#timeMaxMs, timeMs)
    const targets: BusinessSums[] = this.#scopes.has('all') ? [this.#all] : []
    for (const scope of SLOTTED)
      if (this.#scopes.has(scope)) targets.push(this.#slots[scope].at(this.#timeMaxMs))
    return targets
  }
}
