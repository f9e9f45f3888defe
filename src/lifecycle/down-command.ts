/** `orderscope down`: ends the run of this folder and says what was delivered and what was journaled. */
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { isAlive, type RunState, readRunState, runLives } from '../shared/runtime/run-state.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { purgeBroker } from './broker/start.js'
import { type DeliveryReport, reportDeliveries } from './delivery-report.js'
import { type DownResult, endProcesses } from './down.js'
import { runFiles } from './folders.js'
import { withRunLock } from './run-lock.js'
import { type Say, sayAs } from './say.js'
import { endRun } from './up.js'

const TIMEOUT_SECONDS = 30
const TIMEOUT_SECONDS_MAX = 86_400

export const options = (yargs: Argv): Argv =>
  yargs
    .option('timeout', {
      type: 'string',
      requiresArg: true,
      describe: `seconds to wait until the tracker has journaled what is on the topics; default ${TIMEOUT_SECONDS}`,
    })
    .option('purge', {
      type: 'boolean',
      default: false,
      describe: "delete the broker's data afterwards; never a journal",
    })
    .option('force', {
      type: 'boolean',
      default: false,
      describe: 'with --purge: also where records are not journaled yet',
    })
    .example('$0 down --timeout 120', 'give a tracker that is far behind two minutes')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const timeoutMs = parseTimeout(args['timeout'])
  const say = sayAs('down')
  if (!existsSync(runFiles(settings.dir).folder)) return tellNothingRuns(null)
  return await withRunLock({ dir: settings.dir, say }, async () => {
    const recorded = readRunState(settings.dir)
    const exit =
      recorded && hasToEnd(recorded)
        ? await end(recorded, { settings: ofRun(settings, recorded), timeoutMs, say })
        : tellNothingRuns(recorded)
    if (args['purge'] === true) await purge(settings, { force: args['force'] === true, say })
    return exit
  })
}

function parseTimeout(given: unknown): number {
  const seconds = given === undefined ? TIMEOUT_SECONDS : Number(given)
  if (/^\d+(\.\d+)?$/.test(String(given ?? TIMEOUT_SECONDS)) && seconds <= TIMEOUT_SECONDS_MAX) {
    return seconds * 1_000
  }
  throw new SuiteError(
    'configuration',
    `--timeout is "${given}"; expected seconds from 0 to ${TIMEOUT_SECONDS_MAX}`,
    { exit: ExitCode.configuration },
  )
}

/** A broker in Docker has no pid of ours: such a run lasts until it was ended. */
const hasToEnd = (run: RunState): boolean =>
  run.ended === null && (runLives(run) || (run.broker.kind === 'docker' && run.broker.owned))

/** What the run was started with counts, whatever this shell says now. */
const ofRun = (settings: Settings, run: RunState): Settings => ({
  ...settings,
  topics: run.topics,
  group: run.group,
  eventsFile: run.events_file,
  brokers: run.broker.brokers,
})

function tellNothingRuns(run: RunState | null): ExitCode {
  const left = run && run.ended === null ? `; the run of ${run.started_at} ended without \`down\`` : ''
  process.stdout.write(`${escapeTerminalText(`nothing runs here${left}`)}\n`)
  return ExitCode.done
}

async function end(
  run: RunState,
  { settings, timeoutMs, say }: { settings: Settings; timeoutMs: number; say: Say },
): Promise<ExitCode> {
  const wasTracked = isAlive(run.tracker)
  const result = await endProcesses({ settings, run, timeoutMs, say })
  endRun(settings.dir, run, result.shortfall)
  const report = reportDeliveries({
    ledger: run.ledger,
    folder: runFiles(settings.dir).folder,
    eventsFile: run.events_file,
    sinceSeq: run.journal_seq,
  })
  process.stdout.write(`${reportText(report)}\n`)
  const problems = problemsOf(result, report)
  if (!wasTracked) problems.unshift(`the tracker ${run.tracker ? 'had ended before' : 'was never started'}`)
  for (const problem of problems) say(problem)
  return problems.length === 0 ? ExitCode.done : ExitCode.failed
}

function reportText({ delivered, unknown, journaled, unknownJournaled, foreign }: DeliveryReport): string {
  const found = unknownJournaled > 0 ? ` (${unknownJournaled} of them journaled)` : ''
  return [
    `delivered              ${delivered}`,
    `unknown                ${unknown}${found}`,
    `journaled of delivered ${journaled}`,
    `foreign                ${foreign}`,
  ].join('\n')
}

function problemsOf({ givenUp, shortfall }: DownResult, report: DeliveryReport): string[] {
  const problems: string[] = []
  if (givenUp === 'broker_gone') {
    problems.push('the broker was gone; nobody can tell what is on the topics and not yet journaled')
  }
  if (shortfall !== null && shortfall > 0) {
    problems.push(
      `${shortfall} record${shortfall === 1 ? ' is' : 's are'} on the topic and not yet journaled; the next \`up\` goes on there`,
    )
  }
  const missing = report.delivered - report.journaled
  // A shortfall explains them; without one they left the topic before the tracker came to them.
  if (missing > 0 && shortfall === 0) {
    problems.push(
      `${missing} delivered record${missing === 1 ? ' is' : 's are'} not in the journal although it has reached the end of the topic; look for journal.gap in it`,
    )
  }
  return problems
}

async function purge(settings: Settings, { force, say }: { force: boolean; say: Say }): Promise<void> {
  const run = readRunState(settings.dir)
  const { kafka } = runFiles(settings.dir)
  const isDocker = run?.broker.kind === 'docker' && run.broker.owned
  if (!existsSync(kafka) && !isDocker) return say('there is no data of a broker here to delete')
  const shortfall = run?.ended?.shortfall ?? null
  if (shortfall !== 0 && !force) {
    const what =
      shortfall === null
        ? 'it is not known whether everything on the topics is journaled'
        : `${shortfall} records on the topics are not journaled yet`
    throw new SuiteError(
      'purge_refused',
      `${what}; run \`up\` and \`down\` again, or pass --force to delete them with the rest`,
      { exit: ExitCode.failed },
    )
  }
  await purgeBroker(isDocker ? run.broker : null, settings.dir)
  say('the data of the broker is deleted; the journal stays')
}
