/** `orderscope dlq list`: what stands on the dead-letter topic, each rejected record once. */
import type { Argv } from 'yargs'
import { createKafka } from '../shared/kafka/client.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { readLetterBox } from './letter-box.js'
import { letterJson, letterTable } from './letter-text.js'
import { parseMoment } from './selection.js'

export const options = (yargs: Argv): Argv =>
  yargs
    .option('reason', { type: 'string', requiresArg: true, describe: 'only letters with this code' })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: 'only letters from this time on: RFC 3339, or -15m, -2h, -7d',
    })
    .option('limit', { type: 'number', requiresArg: true, describe: 'only the newest so many' })
    .option('json', { type: 'boolean', default: false, describe: 'one JSON object per line' })
    .example('$0 dlq list --reason not_json --limit 20', 'the newest twenty that were no JSON')
    .example('$0 dlq list --json | jq -r .reason | sort | uniq -c', 'how many for each reason')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const limit = limitOf(args)
  const from = args['from'] as string | undefined
  const fromMs = from === undefined ? {} : { fromMs: parseMoment('from', from, systemClock.now()) }
  const client = createKafka(settings, { service: 'dlq' })
  try {
    const { letters, replayed } = await readLetterBox(client, { dlqTopic: settings.dlqTopic, ...fromMs })
    const reason = args['reason'] as string | undefined
    const wanted = [...letters.values()].filter((letter) => reason === undefined || letter.reason === reason)
    const newest = limit === null ? wanted : wanted.slice(Math.max(0, wanted.length - limit))
    const lines =
      args['json'] === true
        ? newest.map((letter) => letterJson(letter, replayed))
        : letterTable(newest, replayed, process.stdout.columns)
    for (const line of lines) process.stdout.write(`${line}\n`)
    return ExitCode.done
  } finally {
    client.abandon()
  }
}

function limitOf(args: CommandArguments): number | null {
  const value = args['limit']
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value
  throw new SuiteError('configuration', `--limit is "${value}": expected a whole number from 1`, {
    exit: ExitCode.configuration,
  })
}
