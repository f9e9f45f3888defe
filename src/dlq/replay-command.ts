/** `orderscope dlq replay`: sends rejected records back to where they came from, each once. */
import type { Argv } from 'yargs'
import { createKafka, type KafkaClient } from '../shared/kafka/client.js'
import { describeTopics } from '../shared/kafka/topics.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { readLetterBox } from './letter-box.js'
import { letterTable } from './letter-text.js'
import { Replay, type ReplayResult, topicsOf } from './replay.js'
import { type Chosen, choose, wantedLetters } from './selection.js'

export const options = (yargs: Argv): Argv =>
  yargs
    .option('origin', {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'the letter of this record: topic/partition/offset/epoch; may be given again',
    })
    .option('reason', { type: 'string', requiresArg: true, describe: 'all letters with this code' })
    .option('all', { type: 'boolean', default: false, describe: 'all letters' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'only show what would be sent' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' })
    .example('$0 dlq replay --reason total_mismatch --dry-run', 'what would be sent')
    .example('$0 dlq replay --origin orders/0/41/0', 'one record')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const wanted = wantedLetters(args)
  const { settings } = loadSettings({ flags: args })
  const client = createKafka(settings, { service: 'dlq' })
  try {
    const box = await readLetterBox(client, settings)
    const replay = new Replay(client, settings.dlqTopic, box)
    try {
      const isDry = args['dry-run'] === true
      if (!isDry) await replay.settleBrokenOff()
      const chosen = choose(box, wanted)
      const ids = new Set(chosen.letters.map(({ id }) => id))
      if (isDry) {
        for (const line of letterTable(chosen.letters, box.replayed, process.stdout.columns)) {
          process.stdout.write(`${line}\n`)
        }
        return exitOf(chosen, [])
      }
      await requireTopics(client, topicsOf(ids))
      const result = await replay.send(ids)
      process.stdout.write(args['json'] === true ? json(chosen, result) : text(chosen, result))
      return exitOf(chosen, result.refused)
    } finally {
      await replay.close()
    }
  } finally {
    client.abandon()
  }
}

const exitOf = ({ missing }: Chosen, refused: unknown[]): ExitCode =>
  missing.length + refused.length === 0 ? ExitCode.done : ExitCode.failed

async function requireTopics(client: KafkaClient, topics: string[]): Promise<void> {
  const present = new Set((await describeTopics(client, topics)).map(({ topic }) => topic))
  const missing = topics.filter((topic) => !present.has(topic))
  if (missing.length === 0) return
  throw new SuiteError(
    'topic_missing',
    `letters come from ${missing.join(', ')}, which is not there any more; nothing was sent`,
    { exit: ExitCode.unavailable, context: { topics: missing } },
  )
}

const json = ({ replayedBefore, missing }: Chosen, { replayed, refused }: ReplayResult): string =>
  `${JSON.stringify({ replayed, replayed_before: replayedBefore, missing, refused })}\n`

function text({ replayedBefore, missing }: Chosen, { replayed, refused }: ReplayResult): string {
  const lines = [
    `replayed         ${replayed}`,
    `replayed before  ${replayedBefore}`,
    ...missing.map((origin) => `no letter of     ${origin}`),
    ...refused.map(({ origin, reason }) => `refused          ${origin}: ${reason}`),
  ]
  return `${lines.map(escapeTerminalText).join('\n')}\n`
}
