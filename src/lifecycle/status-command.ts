/** `orderscope status`: what runs, since when, how far the journal is behind, where it stands. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { readStatus, type Status } from './status.js'

export const options = (yargs: Argv): Argv =>
  yargs
    .option('json', { type: 'boolean', default: false, describe: 'print the status as JSON' })
    .example('$0 status --json | jq .partitions', 'the lag of every partition')

const EXIT: Record<Status['state'], ExitCode> = {
  well: ExitCode.done,
  degraded: ExitCode.failed,
  stopped: ExitCode.failed,
  unavailable: ExitCode.unavailable,
}

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const status = await readStatus(settings)
  process.stdout.write(args['json'] === true ? `${JSON.stringify(status)}\n` : statusText(status))
  return EXIT[status.state]
}

/** The status as lines for a person; everything in it that comes from outside is escaped. */
export function statusText(status: Status): string {
  const { state, problems, since, broker, tracker, producer, partitions, journal } = status
  const lines = [
    `${state}${since === null ? '' : `, up since ${since}`}`,
    ...problems.map((problem) => `  ! ${problem}`),
    `broker    ${brokerText(broker)}`,
    `tracker   ${tracker.pid === null ? 'not running' : `pid ${tracker.pid}, ${tracker.state ?? 'no metrics yet'}`}`,
    `producer  ${producer.pid === null ? 'not running' : `pid ${producer.pid}`}`,
    journal
      ? `journal   seq ${journal.seq}, ${journal.records} records, last line ${journal.time_max ?? '-'}`
      : 'journal   none yet',
    ...partitions.map(
      ({ topic, partition, end, next, lag }) =>
        `  ${topic}/${partition}  journaled up to ${next}, end ${end}, lag ${lag}`,
    ),
  ]
  return `${lines.map(escapeTerminalText).join('\n')}\n`
}

function brokerText({ kind, brokers, pid, answers }: Status['broker']): string {
  if (answers === null) return 'not running'
  const facts = [kind, pid === null ? null : `pid ${pid}`].filter((fact) => fact !== null).join(', ')
  return `${brokers.join(', ')}${facts === '' ? '' : ` (${facts})`} ${answers ? 'answers' : 'does not answer'}`
}
