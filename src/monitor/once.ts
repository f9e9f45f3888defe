/** One look at the files: reads them to their end, so that the totals are exact, and answers the state. */
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { isIntegrityAlarm } from './model/alarms.js'
import { type Dashboard, dashboard } from './model/dashboard.js'
import { chosenState, initialLooks, isCaughtUp, type LooksAction, updateLooks } from './model/looks.js'
import { snapshot } from './model/snapshot.js'
import type { MonitorState, Setup, Size } from './model/state.js'
import { update } from './model/update.js'
import { formatTime } from './view/format.js'
import { businessOf, openWatch } from './watch.js'

/**
 * Resolves when everything that is in the files has been read.
 *
 * @throws {SuiteError} `no_journal` (1) or `journal_unreadable` (74), naming the file.
 */
export async function lookOnce(setup: Setup, size: Size): Promise<MonitorState> {
  const seen = await readAll(setup, size)
  const { state, effects } = update(seen, { type: 'view', name: seen.view.name, nowMs: seen.nowMs })
  const files = (state.look?.journals ?? [{ state }]).flatMap(({ state: { journal } }) => journal?.file ?? [])
  for (const file of files) {
    if (file.state !== 'denied' && file.state !== 'unreadable') continue
    throw new SuiteError('journal_unreadable', `cannot read ${file.path}: ${file.problem}`, {
      exit: ExitCode.file,
    })
  }
  if (files.every((file) => file.state === 'missing')) {
    const paths = files.map(({ path }) => path).join(', ')
    throw new SuiteError('no_journal', `there is no journal: ${paths}; ./start.sh starts one`, {
      exit: ExitCode.failed,
    })
  }
  return effects.some(({ type }) => type === 'business') ? withBusiness(state) : state
}

/** The state with the business figures of the whole journal, or of all journals of a cluster. */
function withBusiness(state: MonitorState): Promise<MonitorState> {
  return new Promise((resolve, reject) => {
    const client = businessOf(state.setup, state.look?.name ?? { journal: 0 })
    client.listen({
      onUpdate: (figures) => {
        if (!figures.isComplete) return
        const answer = update(state, { type: 'business', update: figures }).state
        client.close().then(() => resolve(answer), reject)
      },
      onCrash: reject,
    })
    client.choose(state.view.scope)
  })
}

function readAll(setup: Setup, size: Size): Promise<MonitorState> {
  return new Promise((resolve, reject) => {
    let looks = initialLooks(setup, size, systemClock.now())
    const take = (action: LooksAction): void => {
      looks = updateLooks(looks, action).looks
      if (isCaughtUp(looks)) watch.close().then(() => resolve(chosenState(looks)), reject)
    }
    const watch = openWatch(setup)
    watch.listen({
      dispatch: (action, to) => take({ type: 'action', action, to }),
      dispatchUnion: (told) => take({ type: 'union', update: told, nowMs: systemClock.now() }),
      onCrash: reject,
    })
  })
}

/** Prints the snapshot of `--json`, one line. */
export async function printSnapshot(setup: Setup): Promise<ExitCode> {
  const state = await lookOnce(setup, { columns: 0, rows: 0 })
  const derived = dashboard(state, formatTime)
  process.stdout.write(`${JSON.stringify(snapshot(state, derived))}\n`)
  return exitAfterLook(derived)
}

/** A script that looks once learns from the exit code alone that the journal is not what it should be. */
export const exitAfterLook = ({ alarms }: Dashboard): ExitCode =>
  alarms.some(isIntegrityAlarm) ? ExitCode.journalIntegrity : ExitCode.done
