/**
 * Holds the state outside React and decides when it is painted.
 *
 * What a person does is painted at once. So is a single change; under load changes gather and are painted
 * together, at most {@link FRAMES_PER_SECOND_MAX} times a second, and none of them is lost. Where nothing moves, a
 * second that passes is not painted.
 */
import type { Clock } from '../shared/runtime/clock.js'
import { CALM_FRAME_MS, isCalmBetween } from './model/calm.js'
import type { Action, Effect, MonitorState } from './model/state.js'
import { update } from './model/update.js'

export const FRAMES_PER_SECOND_MAX = 10
const FRAME_MS = 1000 / FRAMES_PER_SECOND_MAX
/** Frames that may follow each other without waiting: a line that comes just after a clock tick is not late. */
const FRAMES_SAVED_MAX = 3
/** What is painted without delay. */
const BY_A_PERSON: ReadonlySet<Action['type']> = new Set(['key', 'view', 'paste', 'wheel', 'point', 'resize'])

export interface StoreOptions {
  initial: MonitorState
  clock: Clock
  paint(state: MonitorState): void
  onEffect(effect: Effect): void
}

export class Store {
  readonly #options: StoreOptions
  #state: MonitorState
  /** Frames that may be painted now; grows with time, down to a fraction while they are used up. */
  #frames = FRAMES_SAVED_MAX
  #countedMs: number
  #paintedMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: StoreOptions) {
    this.#options = options
    this.#state = options.initial
    this.#countedMs = options.clock.monotonic()
  }

  get state(): MonitorState {
    return this.#state
  }

  dispatch(action: Action): void {
    this.dispatchAll([action])
  }

  /** What came together is painted together. */
  dispatchAll(actions: readonly Action[]): void {
    if (this.#isClosed) return
    const before = this.#state
    const wanted: Effect[] = []
    for (const action of actions) {
      const { state, effects } = update(this.#state, action)
      this.#state = state
      wanted.push(...effects)
    }
    if (this.#state !== before && !this.#isIdle(actions, before)) this.#schedule(actions)
    for (const effect of wanted) this.#options.onEffect(effect)
  }

  /** Nothing happens and nothing is painted any more. */
  close(): void {
    this.#isClosed = true
    this.#stopTimer()
  }

  #stopTimer(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** True where only the clock ticked, and nobody would see a difference. */
  #isIdle(actions: readonly Action[], before: MonitorState): boolean {
    if (this.#options.clock.monotonic() - this.#paintedMs >= CALM_FRAME_MS) return false
    return actions.every(({ type }) => type === 'tick') && isCalmBetween(before, this.#state)
  }

  #schedule(actions: readonly Action[]): void {
    this.#countFrames()
    if (actions.some(({ type }) => BY_A_PERSON.has(type)) || this.#frames >= 1) {
      this.#paint()
      return
    }
    this.#timer ??= setTimeout(() => this.#paint(), (1 - this.#frames) * FRAME_MS)
  }

  #countFrames(): void {
    const nowMs = this.#options.clock.monotonic()
    this.#frames = Math.min(FRAMES_SAVED_MAX, this.#frames + (nowMs - this.#countedMs) / FRAME_MS)
    this.#countedMs = nowMs
  }

  #paint(): void {
    this.#stopTimer()
    this.#countFrames()
    this.#frames = Math.max(0, this.#frames - 1)
    this.#paintedMs = this.#options.clock.monotonic()
    this.#options.paint(this.#state)
  }
}
