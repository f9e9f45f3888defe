/** `monitor` without a terminal: lines of text, until the reader goes away or a signal comes. */
import { once } from 'node:events'
import { sleep, systemClock } from '../shared/runtime/clock.js'
import type { ExitCode } from '../shared/runtime/errors.js'
import { chosenState, initialLooks, type LooksAction, updateLooks } from './model/looks.js'
import type { Setup } from './model/state.js'
import { PlainLines } from './view/plain-lines.js'
import { openWatch } from './watch.js'

/** The figures move all the time; a person or a log file wants them so often. */
const EVERY_MS = 1000

/** Never resolves; rejects when the reading has crashed, which is a bug. */
export async function printLines(setup: Setup): Promise<ExitCode> {
  let looks = initialLooks(setup, { columns: 0, rows: 0 }, systemClock.now())
  const take = (action: LooksAction): void => {
    looks = updateLooks(looks, action).looks
  }
  const lines = new PlainLines()
  const crash = new Promise<never>((_, reject) => {
    openWatch(setup).listen({
      dispatch: (action, to) => take({ type: 'action', action, to }),
      dispatchUnion: (update) => take({ type: 'union', update, nowMs: systemClock.now() }),
      onCrash: reject,
    })
  })
  for (;;) {
    take({ type: 'action', action: { type: 'tick', nowMs: systemClock.now() }, to: null })
    const text = lines.next(chosenState(looks)).map((line) => `${line}\n`)
    if (text.length > 0 && !process.stdout.write(text.join(''))) await once(process.stdout, 'drain')
    await Promise.race([sleep(EVERY_MS), crash])
  }
}
