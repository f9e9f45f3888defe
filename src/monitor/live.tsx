/**
 * The live screen: connects tail, store, Ink and the terminal, and takes them apart again.
 *
 * The terminal is given back as it was on every way out: a key, a signal, a crash.
 */
import { render } from 'ink'
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode, errorText } from '../shared/runtime/errors.js'
import { dashboard } from './model/dashboard.js'
import { shownState } from './model/moment.js'
import {
  type Action,
  type Changed,
  initialState,
  isForTerminal,
  type MonitorState,
  type Setup,
  type TerminalEffect,
} from './model/state.js'
import { update } from './model/update.js'
import { keyOfView, type ViewName } from './model/views.js'
import type { Target } from './moment/target.js'
import { openSources } from './sources.js'
import { Store } from './store.js'
import { enteringAtHome } from './terminal/alternate-home.js'
import { copyText } from './terminal/clipboard.js'
import { guardTerminal } from './terminal/guard.js'
import type { InputEvent } from './terminal/input-decoder.js'
import { BLANK_PAGE } from './terminal/modes.js'
import { record } from './terminal/recording.js'
import { openTerminal } from './terminal/session.js'
import { App } from './view/app.js'
import { copiedText } from './view/copy-text.js'
import type { Glyphs } from './view/glyphs.js'
import { hitAt } from './view/hit.js'
import { timesOf } from './view/times.js'

/** Ink's own limit stays above the store's, which decides. */
const INK_FRAMES_PER_SECOND = 60
const INK_OPTIONS = {
  alternateScreen: true,
  incrementalRendering: true,
  interactive: true,
  exitOnCtrlC: false,
  patchConsole: false,
  maxFps: INK_FRAMES_PER_SECOND,
}
/** The clock ticks this long after the full second, when the lines of that second have been read. */
const TICK_AFTER_MS = 60
/** Between two moments of a replay. */
const REPLAY_STEP_MS = 100

export interface LiveOptions {
  glyphs: Glyphs
  /** What to look at first. */
  view: ViewName
  /** Where to begin, and how fast to play on from there; `speed` is null to look at it. */
  from: { target: Target; speed: number | null } | null
  /** Path of a file to record the screen in; null not to. */
  recordFile: string | null
}

export async function watchLive(setup: Setup, options: LiveOptions): Promise<ExitCode> {
  const { glyphs, view, from, recordFile } = options
  const { stdout } = process
  const stopRecording = recordFile === null ? null : record(stdout, recordFile)
  const screen = (state: MonitorState) => <App state={state} glyphs={glyphs} />
  const first = firstLook(setup, view)
  const store = new Store({
    initial: first.state,
    clock: systemClock,
    paint: (state) => {
      if (!terminal.isSuspended) instance.rerender(screen(state))
    },
    onEffect: (effect) => (isForTerminal(effect) ? runInTerminal(effect) : sources.run(effect)),
  })
  const quit = (): void => {
    store.close()
    instance.unmount()
  }
  // Where the rows of the last frame are by now is the terminal's secret, so the next one is drawn on a blank page.
  const redraw = (): void => {
    instance.clear()
    stdout.write(BLANK_PAGE)
    store.dispatch({ type: 'resize', ...terminalSize() })
  }
  const runInTerminal = (effect: TerminalEffect): void => {
    if (effect.type === 'quit') quit()
    else if (effect.type === 'suspend') terminal.suspend()
    else if (effect.type === 'mouse') terminal.setMouse(effect.isOn)
    else if (effect.type === 'redraw') redraw()
    else void copyShown(store)
  }
  // Before Ink's own listener: it draws at once, and must then find the new layout, not the old one too large.
  const onResize = (): void => {
    if (!terminal.isSuspended) redraw()
  }
  stdout.on('resize', onResize)
  const guard = guardTerminal(quit)
  const instance = enteringAtHome(stdout, () => render(screen(store.state), INK_OPTIONS))
  const terminal = openTerminal({
    onInput: (events) => store.dispatchAll(events.flatMap((event) => actionsOf(event, store.state, glyphs))),
    onResume: redraw,
  })
  if (setup.isMouseOn) terminal.setMouse(true)
  let crash: Error | null = null
  const sources = openSources(setup, {
    dispatch: (action) => store.dispatch(action),
    onCrash: (error) => {
      crash = error
      instance.unmount()
    },
  })
  for (const effect of first.effects) if (!isForTerminal(effect)) sources.run(effect)
  const stopClock = startClock((nowMs) => store.dispatch({ type: 'tick', nowMs }))
  if (from) store.dispatch({ type: 'goTo', ...from })
  const stopReplay = startReplay(store)
  try {
    await instance.waitUntilExit()
  } finally {
    stopClock()
    stopReplay()
    store.close()
    stdout.off('resize', onResize)
    terminal.close()
    guard.release()
    stopRecording?.()
    await sources.close()
  }
  if (crash) throw crash
  return ExitCode.done
}

/** The state before anything was read, and what its view asks for. */
function firstLook(setup: Setup, view: ViewName): Changed {
  const nowMs = systemClock.now()
  return update(initialState(setup, terminalSize(), nowMs), { type: 'key', key: keyOfView(view), nowMs })
}

/** Copies what is chosen, and tells where to. */
async function copyShown(store: Store): Promise<void> {
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

/** What a person did, as the model knows it; a click is about what is on the screen before any of it is done. */
function actionsOf(event: InputEvent, state: MonitorState, glyphs: Glyphs): Action[] {
  const nowMs = systemClock.now()
  if (event.type !== 'click') return [{ ...event, nowMs }]
  const shown = shownState(state)
  const hit = hitAt(
    { state: shown, dashboard: dashboard(shown, timesOf(state.view, nowMs).clock), glyphs },
    event,
  )
  if (!hit) return []
  return 'view' in hit
    ? [{ type: 'key', key: keyOfView(hit.view), nowMs }]
    : [{ type: 'point', ...hit, nowMs }]
}

const terminalSize = (): { columns: number; rows: number } => ({
  columns: process.stdout.columns || 80,
  rows: process.stdout.rows || 24,
})

/** While the past is played again, time passes in small steps. */
function startReplay(store: Store): () => void {
  const timer = setInterval(() => {
    if (store.state.replay) store.dispatch({ type: 'tick', nowMs: systemClock.now() })
    else clearInterval(timer)
  }, REPLAY_STEP_MS)
  return () => clearInterval(timer)
}

/** Calls `tick` once a second, just after the second is full. */
function startClock(tick: (nowMs: number) => void): () => void {
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
