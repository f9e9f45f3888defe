/**
 * The live screen: connects tail, store, Ink and the terminal, and takes them apart again.
 *
 * The terminal is given back as it was on every way out: a key, a signal, a crash.
 */
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { begin, copyShown, firstLooks, startClock, startReplay, terminalSize } from './interactive.js'
import { Memory, type MemoryOptions } from './memory/memory.js'
import { dashboard } from './model/dashboard.js'
import { shownState } from './model/moment.js'
import { preferencesOf } from './model/preferences.js'
import {
  type Action,
  isForSources,
  isForTerminal,
  type MonitorState,
  type Setup,
  type TerminalEffect,
} from './model/state.js'
import type { Target } from './moment/target.js'
import { openSources } from './sources.js'
import { Store } from './store.js'
import { guardTerminal } from './terminal/guard.js'
import type { InputEvent } from './terminal/input-decoder.js'
import { record } from './terminal/recording.js'
import { openTerminal, type TerminalSession } from './terminal/session.js'
import { App } from './view/app.js'
import type { Glyphs } from './view/glyphs.js'
import { hitAt } from './view/hit.js'
import { paintScreen } from './view/painted-screen.js'
import { timesOf } from './view/times.js'
import type { Watch } from './watch.js'

export interface LiveOptions {
  glyphs: Glyphs
  /** Already reading. */
  watch: Watch
  /** Where to begin, and how fast to play on from there; `speed` is null to look at it. */
  from: { target: Target; speed: number | null } | null
  /** Path of a file to record the screen in; null not to. */
  recordFile: string | null
  /** Where it is remembered what a person chooses, and what was found there. */
  memory: Pick<MemoryOptions, 'path' | 'remembered'>
}

export async function watchLive(setup: Setup, options: LiveOptions): Promise<ExitCode> {
  const { glyphs, watch, from, recordFile } = options
  const { stdout } = process
  const stopRecording = recordFile === null ? null : record(stdout, recordFile)
  const screen = (state: MonitorState) => <App state={state} glyphs={glyphs} />
  const store = new Store({
    initial: firstLooks(setup),
    clock: systemClock,
    paint: (state) => {
      memory.note(preferencesOf(state))
      if (!terminal.isSuspended) painted.show(screen(state))
    },
    onEffect: ({ effect, from: asking }) => {
      if (isForTerminal(effect)) runInTerminal(effect, { store, terminal, quit, redraw })
      else if (isForSources(effect)) sources.run(effect, asking)
    },
  })
  const notice = (text: string): void => store.dispatch({ type: 'notice', text })
  const memory = new Memory({ ...options.memory, beginning: setup.preferences, onProblem: notice })
  const quit = (): void => {
    store.close()
    painted.end()
  }
  // Where the rows of the last frame are by now is the terminal's secret, so the next one is drawn on a blank page.
  const redraw = (): void => {
    painted.blank()
    store.dispatch({ type: 'resize', ...terminalSize() })
  }
  const onResize = (): void => {
    if (!terminal.isSuspended) redraw()
  }
  stdout.on('resize', onResize)
  const guard = guardTerminal(quit)
  const painted = paintScreen(screen(store.state), stdout)
  const terminal = openTerminal({
    isFullScreen: true,
    onInput: (events) => store.dispatchAll(events.flatMap((event) => actionsOf(event, store.state, glyphs))),
    onResume: redraw,
  })
  if (setup.isMouseOn) terminal.setMouse(true)
  let crash: Error | null = null
  const sources = openSources(setup, watch, {
    dispatch: (action, to) => store.dispatch(action, to),
    dispatchUnion: (update) => store.dispatchUnion(update),
    onCrash: (error) => {
      crash = error
      painted.end()
    },
  })
  const stopClock = startClock((nowMs) => store.dispatch({ type: 'tick', nowMs }))
  if (memory.problem !== null) notice(memory.problem)
  begin(store, setup, from)
  const stopReplay = startReplay(store)
  try {
    await painted.ended
  } finally {
    painted.leave()
    stopClock()
    stopReplay()
    store.close()
    stdout.off('resize', onResize)
    terminal.close()
    guard.release()
    stopRecording?.()
    await Promise.all([memory.close(), sources.close()])
  }
  if (crash) throw crash
  return ExitCode.done
}

interface Hands {
  store: Store
  terminal: TerminalSession
  quit(): void
  redraw(): void
}

function runInTerminal(effect: TerminalEffect, { store, terminal, quit, redraw }: Hands): void {
  if (effect.type === 'quit') quit()
  else if (effect.type === 'suspend') terminal.suspend()
  else if (effect.type === 'mouse') terminal.setMouse(effect.isOn)
  else if (effect.type === 'bell') terminal.ring()
  else if (effect.type === 'redraw') redraw()
  else void copyShown(store)
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
  return 'view' in hit ? [{ type: 'view', name: hit.view, nowMs }] : [{ type: 'point', ...hit, nowMs }]
}
