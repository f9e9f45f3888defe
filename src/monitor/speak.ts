/**
 * `monitor --screen-reader`: the live monitor without a screen, as lines that are written below each other and never
 * drawn over. The same keys, the same model; no alternate screen, no cursor moved, no colour.
 */
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { begin, copyShown, firstLooks, startClock, startReplay } from './interactive.js'
import type { LiveOptions } from './live.js'
import { Memory } from './memory/memory.js'
import { preferencesOf } from './model/preferences.js'
import { type Action, isForSources, isForTerminal, type Setup, type TerminalEffect } from './model/state.js'
import { openSources } from './sources.js'
import { SpokenLines } from './spoken/spoken-lines.js'
import { Store } from './store.js'
import { guardTerminal } from './terminal/guard.js'
import type { InputEvent } from './terminal/input-decoder.js'
import { RESTORE_LINES } from './terminal/modes.js'
import { openTerminal } from './terminal/session.js'

export type SpeakOptions = Omit<LiveOptions, 'recordFile'>

/** Resolves when a person leaves; rejects when the reading has crashed, which is a bug. */
export async function speak(
  setup: Setup,
  { glyphs, watch, from, memory: stored }: SpeakOptions,
): Promise<ExitCode> {
  const ended = Promise.withResolvers<void>()
  const spoken = new SpokenLines(glyphs)
  const say = (lines: readonly string[]): void => {
    if (lines.length > 0 && !terminal.isSuspended) process.stdout.write(`${lines.join('\n')}\n`)
  }
  const store = new Store({
    initial: firstLooks(setup),
    clock: systemClock,
    paint: (state) => {
      memory.note(preferencesOf(state))
      say(spoken.next(state))
    },
    onEffect: ({ effect, from: asking }) => {
      if (isForTerminal(effect)) runInTerminal(effect)
      else if (isForSources(effect)) sources.run(effect, asking)
    },
  })
  const sayAgain = (): void => say(spoken.again(store.state))
  const runInTerminal = ({ type }: TerminalEffect): void => {
    if (type === 'quit') ended.resolve()
    else if (type === 'suspend') terminal.suspend()
    else if (type === 'bell') terminal.ring()
    else if (type === 'redraw') sayAgain()
    else if (type === 'copy') void copyShown(store)
  }
  const notice = (text: string): void => store.dispatch({ type: 'notice', text })
  const memory = new Memory({ ...stored, beginning: setup.preferences, onProblem: notice })
  const guard = guardTerminal(ended.resolve, RESTORE_LINES)
  const terminal = openTerminal({
    isFullScreen: false,
    onInput: (events) => store.dispatchAll(events.flatMap(actionsOf)),
    onResume: sayAgain,
  })
  const sources = openSources(setup, watch, {
    dispatch: (action, to) => store.dispatch(action, to),
    dispatchUnion: (update) => store.dispatchUnion(update),
    onCrash: ended.reject,
  })
  const stopClock = startClock((nowMs) => store.dispatch({ type: 'tick', nowMs }))
  if (memory.problem !== null) notice(memory.problem)
  begin(store, setup, from)
  const stopReplay = startReplay(store)
  try {
    await ended.promise
  } finally {
    stopClock()
    stopReplay()
    store.close()
    terminal.close()
    guard.release()
    await Promise.all([memory.close(), sources.close()])
  }
  return ExitCode.done
}

/** There is nothing that could be clicked. */
const actionsOf = (event: InputEvent): Action[] =>
  event.type === 'click' ? [] : [{ ...event, nowMs: systemClock.now() }]
