/** One look at the files: reads them to their end, so that the totals are exact, and answers the state. */
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { BusinessClient } from './business/client.js'
import { isIntegrityAlarm } from './model/alarms.js'
import { type Dashboard, dashboard } from './model/dashboard.js'
import { snapshot } from './model/snapshot.js'
import { initialState, type MonitorState, type Setup, type Size } from './model/state.js'
import { update } from './model/update.js'
import { startTail } from './tail/client.js'
import { formatTime } from './view/format.js'

/**
 * Resolves when everything that is in the files has been read.
 *
 * @throws {SuiteError} `no_journal` (1) or `journal_unreadable` (74), naming the file.
 */
export async function lookOnce(setup: Setup, size: Size): Promise<MonitorState> {
  const seen = await readAll(setup, size)
  const { name } = seen.view
  const { state, effects } = update(seen, { type: 'view', name, nowMs: seen.nowMs })
  const file = state.journal?.file
  if (file?.state === 'missing') {
    throw new SuiteError('no_journal', `there is no journal: ${file.path}; ./start.sh starts one`, {
      exit: ExitCode.failed,
    })
  }
  if (file?.state === 'denied' || file?.state === 'unreadable') {
    throw new SuiteError('journal_unreadable', `cannot read ${file.path}: ${file.problem}`, {
      exit: ExitCode.file,
    })
  }
  return effects.some(({ type }) => type === 'business') ? withBusiness(state) : state
}

/** The state with the business figures of the whole journal. */
function withBusiness(state: MonitorState): Promise<MonitorState> {
  return new Promise((resolve, reject) => {
    const client = new BusinessClient(state.setup, {
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
    let state = initialState(setup, size, systemClock.now())
    const tail = startTail(setup, {
      onUpdate: (tailUpdate) => {
        state = update(state, { type: 'tail', update: tailUpdate, nowMs: systemClock.now() }).state
        if (tailUpdate.isCaughtUp) tail.close().then(() => resolve(state), reject)
      },
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
