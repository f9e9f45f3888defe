/** `monitor` without a terminal: lines of text, until the reader goes away or a signal comes. */
import { once } from 'node:events'
import { sleep, systemClock } from '../shared/runtime/clock.js'
import type { ExitCode } from '../shared/runtime/errors.js'
import { initialState, type Setup } from './model/state.js'
import { update } from './model/update.js'
import { startTail } from './tail/client.js'
import { PlainLines } from './view/plain-lines.js'

/** The figures move all the time; a person or a log file wants them so often. */
const EVERY_MS = 1000

/** Never resolves; rejects when the reading has crashed, which is a bug. */
export async function printLines(setup: Setup): Promise<ExitCode> {
  let state = initialState(setup, { columns: 0, rows: 0 }, systemClock.now())
  const lines = new PlainLines()
  const crash = new Promise<never>((_, reject) => {
    startTail(setup, {
      onUpdate: (tailUpdate) => {
        state = update(state, { type: 'tail', update: tailUpdate, nowMs: systemClock.now() }).state
      },
      onCrash: reject,
    })
  })
  for (;;) {
    state = update(state, { type: 'tick', nowMs: systemClock.now() }).state
    const text = lines.next(state).map((line) => `${line}\n`)
    if (text.length > 0 && !process.stdout.write(text.join(''))) await once(process.stdout, 'drain')
    await Promise.race([sleep(EVERY_MS), crash])
  }
}
