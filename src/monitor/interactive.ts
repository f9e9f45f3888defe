/** What every monitor in a terminal needs beside its own way to show things: first state, clock, replay, copying. */
import { systemClock } from '../shared/runtime/clock.js'
import { errorText } from '../shared/runtime/errors.js'
import { initialLooks, type Looks } from './model/looks.js'
import type { Setup } from './model/state.js'
import type { Target } from './moment/target.js'
import type { Store } from './store.js'
import { copyText } from './terminal/clipboard.js'
import { copiedText } from './view/copy-text.js'

/** The clock ticks this long after the full second, when the lines of that second have been read. */
const TICK_AFTER_MS = 60
/** Between two moments of a replay. */
const REPLAY_STEP_MS = 100

/** Before anything was read. */
export const firstLooks = (setup: Setup): Looks => initialLooks(setup, terminalSize(), systemClock.now())

/** Shows the first view, and the moment to begin at where one is given. */
export function begin(
  store: Store,
  setup: Setup,
  from: { target: Target; speed: number | null } | null,
): void {
  store.dispatch({ type: 'view', name: setup.preferences.view, nowMs: systemClock.now() })
  if (from) store.dispatch({ type: 'goTo', ...from })
}

/** Copies what is chosen, and tells where to. */
export async function copyShown(store: Store): Promise<void> {
  const text = copiedText(store.state)
  const write = (sequence: string): void => {
    process.stdout.write(sequence)
  }
  let notice = 'nothing is chosen to be copied'
  try {
    if (text !== null) notice = await copyText(text, { env: process.env, write })
  } catch (error) {
    notice = `cannot copy: ${errorText(error)}`
  }
  store.dispatch({ type: 'notice', text: notice })
}

export const terminalSize = (): { columns: number; rows: number } => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
})

/** While the past is played again, time passes in small steps. */
export function startReplay(store: Store): () => void {
  const timer = setInterval(() => {
    if (store.state.replay) store.dispatch({ type: 'tick', nowMs: systemClock.now() })
    else clearInterval(timer)
  }, REPLAY_STEP_MS)
  return () => clearInterval(timer)
}

/** Calls `tick` once a second, just after the second is full. */
export function startClock(tick: (nowMs: number) => void): () => void {
  let timer: NodeJS.Timeout
  const next = (): void => {
    const nowMs = systemClock.now()
    timer = setTimeout(
      () => {
        tick(systemClock.now())
        next()
      },
      1000 - ((nowMs - TICK_AFTER_MS) % 1000),
    )
  }
  next()
  return () => clearTimeout(timer)
}
