/**
 * Holds the state outside React and decides when it is painted.
 *
 * What a person does and the answer to it are painted at once. So is a single change; under load changes gather and
 * are painted together, one frame in {@link FRAME_MS}, and none of them is lost. A second that passes is painted with
 * what comes next, and where nothing moves, not at all.
 */
import type { Clock } from '../shared/runtime/clock.js'
import { FRAME_MS } from './frame-pace.js'
import { CALM_FRAME_MS, isCalmBetween } from './model/calm.js'
import type { LookName } from './model/look.js'
import { chosenState, type DirectedEffect, type Looks, type LooksAction, updateLooks } from './model/looks.js'
import type { Action, MonitorState } from './model/state.js'
import type { UnionUpdate } from './union/protocol.js'

/** Frames that may follow each other without waiting: a line that comes just after a clock tick is not late. */
const FRAMES_SAVED_MAX = 3
/** What a person does, and what answers a single question of a person's. */
const AT_ONCE: ReadonlySet<Action['type']> = new Set([
  ...(['key', 'view', 'paste', 'wheel', 'point', 'resize'] as const),
  ...(['detail', 'moment'] as const),
])

const isTick = (action: LooksAction): boolean => action.type === 'action' && action.action.type === 'tick'

export interface StoreOptions {
  initial: Looks
  clock: Clock
  paint(state: MonitorState): void
  onEffect(effect: DirectedEffect): void
}

export class Store {
  readonly #options: StoreOptions
  #looks: Looks
  /** Frames that may be painted now; grows with time, down to a fraction while they are used up. */
  #frames = FRAMES_SAVED_MAX
  #countedMs: number
  #paintedMs = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(options: StoreOptions) {
    this.#options = options
    this.#looks = options.initial
    this.#countedMs = options.clock.monotonic()
  }

  /** What is looked at. */
  get state(): MonitorState {
    return chosenState(this.#looks)
  }

  /** `to`: the look that it is about; null for the one that is looked at. */
  dispatch(action: Action, to: LookName | null = null): void {
    this.#take([{ type: 'action', action, to }], AT_ONCE.has(action.type))
  }

  /** What came together is painted together. */
  dispatchAll(actions: readonly Action[]): void {
    this.#take(
      actions.map((action) => ({ type: 'action', action, to: null })),
      actions.some(({ type }) => AT_ONCE.has(type)),
    )
  }

  /** Takes what was counted of several journals together. */
  dispatchUnion(update: UnionUpdate): void {
    this.#take([{ type: 'union', update, nowMs: this.#options.clock.now() }], false)
  }

  #take(actions: readonly LooksAction[], isAtOnce: boolean): void {
    if (this.#isClosed) return
    const before = this.state
    const wanted: DirectedEffect[] = []
    for (const action of actions) {
      const { looks, effects } = updateLooks(this.#looks, action)
      this.#looks = looks
      wanted.push(...effects)
    }
    if (this.state !== before && !this.#isIdle(actions, before)) {
      if (isAtOnce) this.#paint()
      else this.#schedule(actions.every(isTick))
    }
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
  #isIdle(actions: readonly LooksAction[], before: MonitorState): boolean {
    if (this.#options.clock.monotonic() - this.#paintedMs >= CALM_FRAME_MS) return false
    return actions.every(isTick) && isCalmBetween(before, this.state)
  }

  /** @param isClock Only the clock ticked; under load something else is about to be painted anyway. */
  #schedule(isClock: boolean): void {
    this.#countFrames()
    const waitMs = (isClock ? 1 : 1 - this.#frames) * FRAME_MS
    if (waitMs <= 0) this.#spendFrame()
    else this.#timer ??= setTimeout(() => this.#spendFrame(), waitMs)
  }

  #countFrames(): void {
    const nowMs = this.#options.clock.monotonic()
    this.#frames = Math.min(FRAMES_SAVED_MAX, this.#frames + (nowMs - this.#countedMs) / FRAME_MS)
    this.#countedMs = nowMs
  }

  /** What is painted at once spends none: other changes would wait for the typing. */
  #spendFrame(): void {
    this.#countFrames()
    this.#frames = Math.max(0, this.#frames - 1)
    this.#paint()
  }

  #paint(): void {
    this.#stopTimer()
    this.#paintedMs = this.#options.clock.monotonic()
    this.#options.paint(this.state)
  }
}
