/** `orderscope journal stats`: what the journal adds up to, in counts and in money. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { chosenFiles, selectLines } from './selection.js'
import { addEntry, emptyStats, type JournalStats } from './stats.js'

export const options = (yargs: Argv): Argv =>
  yargs
    .positional('files', { type: 'string', array: true, describe: 'journal files, oldest first' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' })

export async function run(args: CommandArguments): Promise<ExitCode> {
  const stats = emptyStats()
  for (const { entry } of selectLines(chosenFiles(args), {})) addEntry(stats, entry)
  process.stdout.write(args['json'] === true ? `${JSON.stringify(stats)}\n` : report(stats))
  return ExitCode.done
}

function report(stats: JournalStats): string {
  const { totals } = stats
  const share = totals.records === 0 ? '–' : `${((totals.accepted / totals.records) * 100).toFixed(2)} %`
  const lines = [
    `records    ${totals.records} (${totals.bytes} bytes), accepted ${totals.accepted} (${share})`,
    `from       ${stats.first_timestamp ?? '–'}`,
    `to         ${stats.last_timestamp ?? '–'}`,
    ...section('rejected', totals.rejected),
    ...section('events', totals.by_event_type),
    ...Object.entries(stats.booked_minor).map(([currency, minor]) => `booked     ${money(minor, currency)}`),
    ...Object.entries(stats.cancelled_minor).map(
      ([currency, minor]) => `cancelled  ${money(minor, currency)}`,
    ),
  ]
  return `${lines.map(escapeTerminalText).join('\n')}\n`
}

const section = (title: string, counts: Record<string, number>): string[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([name, count], index) =>
        `${(index === 0 ? title : '').padEnd(10)} ${String(count).padStart(9)}  ${name}`,
    )

const money = (minor: number, currency: string): string => `${(minor / 100).toFixed(2)} ${currency}`
