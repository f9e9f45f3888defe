/** `orderscope follow`: prints records of the topic that match, as they come; leaves no consumer group behind. */
import type { Argv } from 'yargs'
import { notEvaluatedText } from '../shared/filter/not-evaluated.js'
import { createKafka } from '../shared/kafka/client.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { follow } from './follow.js'
import { declareOptions, parseOptions } from './follow-options.js'
import { formatterFor, type Surroundings } from './format.js'

export const options = (yargs: Argv): Argv => declareOptions(yargs)

/** 0 where something was printed, 1 where nothing was, as grep. */
export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const plan = parseOptions(args)
  const client = createKafka(settings, { service: 'follow' })
  const sayRest = (): void => {
    const count = plan.filter?.notEvaluated ?? 0
    if (count > 0) say(notEvaluatedText(count))
  }
  const dieOf = (signal: NodeJS.Signals): void => {
    sayRest()
    process.kill(process.pid, signal)
  }
  // Taken away when they run, so that the second one is the system's own.
  process.once('SIGINT', dieOf)
  process.once('SIGTERM', dieOf)
  try {
    const format = formatterFor(plan, surroundings(settings.topics.length > 1))
    const printed = await follow(client, settings.topics, plan, { format, streams: { write, say } })
    sayRest()
    return printed > 0 ? ExitCode.done : ExitCode.failed
  } finally {
    process.off('SIGINT', dieOf)
    process.off('SIGTERM', dieOf)
    client.abandon()
  }
}

function surroundings(hasTopic: boolean): Surroundings {
  const isTerminal = process.stdout.isTTY === true
  const isColored = isTerminal && (process.env['NO_COLOR'] ?? '') === ''
  return { isTerminal, isColored, columns: isTerminal ? (process.stdout.columns ?? null) : null, hasTopic }
}

const say = (message: string): void => void process.stderr.write(`[follow] ${message}\n`)

/** A reader that went away is dealt with in cli.ts. */
const write = (bytes: Buffer): Promise<void> =>
  new Promise((resolve) => void process.stdout.write(bytes, () => resolve()))
