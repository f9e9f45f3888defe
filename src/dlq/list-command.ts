/** `orderscope dlq list`: what stands on the dead-letter topic, each rejected record once. */
import type { Argv } from 'yargs'
import { createKafka } from '../shared/kafka/client.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { count, flagReader, moment } from '../shared/runtime/flags.js'
import { readLetterBox } from './letter-box.js'
import { letterJson, letterTable } from './letter-text.js'

const EXPECTED = {
  limit: 'a whole number from 1',
  from: 'a time as in 2026-11-21T10:15:00Z or -15m',
}

export const options = (yargs: Argv): Argv =>
  yargs
    .option('reason', { type: 'string', requiresArg: true, describe: 'only letters with this code' })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: 'only letters from this time on: RFC 3339, or -15m, -2h, -7d',
    })
    .option('limit', { type: 'string', requiresArg: true, describe: 'only the newest so many' })
    .option('json', { type: 'boolean', default: false, describe: 'one JSON object per line' })
    .example('$0 dlq list --reason not_json --limit 20', 'the newest twenty that were no JSON')
    .example('$0 dlq list --json | jq -r .reason | sort | uniq -c', 'how many for each reason')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const flag = flagReader(args, EXPECTED)
  const limit = flag('limit', count) ?? Number.POSITIVE_INFINITY
  const fromMs = flag('from', moment(systemClock.now()))
  const client = createKafka(settings, { service: 'dlq' })
  try {
    const { letters, replayed } = await readLetterBox(client, {
      dlqTopic: settings.dlqTopic,
      ...(fromMs === undefined ? {} : { fromMs }),
    })
    const reason = args['reason'] as string | undefined
    const wanted = [...letters.values()].filter((letter) => reason === undefined || letter.reason === reason)
    const newest = wanted.slice(Math.max(0, wanted.length - limit))
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
