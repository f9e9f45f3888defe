/** `orderscope up`: starts what does not run, or says how what runs differs from what was asked for. */
import { relative } from 'node:path'
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { isAlive, type RunState, readRunState } from '../shared/runtime/run-state.js'
import { onShutdown } from '../shared/runtime/shutdown.js'
import { BROKER_CHOICES, type BrokerChoice } from './broker/choose.js'
import { launcherPath, runFiles } from './folders.js'
import { Interrupted } from './poll.js'
import { withRunLock } from './run-lock.js'
import { sayAs } from './say.js'
import { PRODUCER_FLAGS, producerFlags, settingFlags } from './services.js'
import { startRun, type UpOptions, type UpResult } from './up.js'

export function options(yargs: Argv): Argv {
  yargs
    .option('broker', {
      choices: [...BROKER_CHOICES],
      default: 'auto',
      describe: 'which broker to use; auto: KAFKA_BROKERS, else Docker, else Kafka from its jars',
    })
    .option('producer', {
      type: 'boolean',
      default: true,
      describe: 'start the producer of synthetic orders; --no-producer leaves it out',
    })
  for (const [name, describe] of Object.entries(PRODUCER_FLAGS)) {
    yargs.option(name, { describe, type: 'string', requiresArg: true, group: 'Producer:' })
  }
  return yargs
    .example('$0 up --rate 50 --seed demo', '50 orders a second, the same ones every time')
    .example('$0 up --no-producer --brokers kafka.example.com:9092', 'only journal what others send')
}

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const say = sayAs('up')
  const shutdown = onShutdown()
  const upOptions: UpOptions = {
    settings,
    broker: args['broker'] as BrokerChoice,
    withProducer: args['producer'] !== false,
    producerFlags: producerFlags(args),
    settingFlags: (brokers) => settingFlags(args, { dir: settings.dir, brokers }),
    say,
    signal: shutdown.signal,
  }
  try {
    return await withRunLock({ dir: settings.dir, say, signal: shutdown.signal }, async () => {
      const running = readRunState(settings.dir)
      if (running && isComplete(running)) return tellRunning(running, upOptions)
      return tellStarted(await startRun(upOptions), settings)
    })
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    say(`broken off by ${error.signal}; what was started is stopped`)
    shutdown.dispose()
    process.kill(process.pid, error.signal)
    throw error
  } finally {
    shutdown.dispose()
  }
}

/** An `up` that was killed half-way leaves a run that is not one to leave alone. */
const isComplete = (run: RunState): boolean =>
  run.ended === null &&
  run.tracker !== null &&
  (run.producer !== null || run.ledger === null) &&
  (isAlive(run.tracker) || isAlive(run.producer))

/** A second `up` changes nothing. */
function tellRunning(run: RunState, wanted: UpOptions): ExitCode {
  const { say, settings } = wanted
  say(`already running since ${run.started_at} (broker ${run.broker.brokers.join(', ')}); nothing is changed`)
  for (const difference of differences(run, wanted)) say(difference)
  if (isAlive(run.tracker)) return ExitCode.done
  say(`the tracker has ended; look at ${runFiles(settings.dir).trackerOutput}, then stop and start again`)
  return ExitCode.failed
}

function differences(run: RunState, { settings, withProducer, producerFlags }: UpOptions): string[] {
  const pairs: [string, string, string][] = [
    ['topics', run.topics.join(','), settings.topics.join(',')],
    ['consumer group', run.group, settings.group],
    ['journal', run.events_file, settings.eventsFile],
    ['brokers', run.broker.brokers.join(','), settings.brokers.join(',')],
  ]
  // Without flags of its own a second `up` asks for nothing of the producer.
  if (run.ledger === null && withProducer) pairs.push(['producer', 'none', 'one'])
  else if (producerFlags.length > 0)
    pairs.push(['producer flags', run.producer_flags.join(' '), producerFlags.join(' ')])
  return pairs
    .filter(([, running, asked]) => running !== asked)
    .map(([what, running, asked]) => `  ${what}: runs with "${running}", asked for "${asked}"`)
}

function tellStarted({ run, progress }: UpResult, settings: Settings): ExitCode {
  const { broker, tracker, producer } = run
  const parts = [
    `broker ${broker.brokers.join(', ')} (${broker.kind})`,
    `tracker pid ${tracker?.pid}`,
    producer ? `producer pid ${producer.pid}` : 'no producer',
  ]
  process.stdout.write(`orderscope is up: ${parts.join(', ')}\n`)
  process.stdout.write(`${PROGRESS[progress]}\n\n${nextSteps(settings)}`)
  return progress === 'not_yet' ? ExitCode.failed : ExitCode.done
}

const PROGRESS = {
  journaled: 'the first records are journaled',
  caught_up: 'every partition is assigned and everything on the topics is journaled',
  not_yet: 'nothing new was journaled within 60 s; all of it runs on, and `status` tells more',
} as const

function nextSteps(settings: Settings): string {
  const here = process.cwd()
  const dir = settings.dir === here ? '' : ` --dir ${shown(settings.dir)}`
  const launcher = shown(launcherPath())
  const steps: [string, string][] = [
    [`${launcher} monitor${dir}`, 'watch it live, in a second terminal'],
    [`tail -F ${shown(settings.logFile)} | jq`, "the tracker's health"],
    [`jq -c 'select(.deserialized) | .order_full.total' ${shown(settings.eventsFile)}`, 'what was ordered'],
    [`${launcher} status${dir}`, 'what runs, lag, journal head'],
    [`${launcher} down${dir}`, 'stop it all, losing nothing'],
  ]
  const width = Math.max(...steps.map(([command]) => command.length))
  return steps.map(([command, about]) => `  ${command.padEnd(width)}  ${about}\n`).join('')
}

/** A path as a person here would type it. */
function shown(path: string): string {
  const local = relative(process.cwd(), path)
  const short = local.startsWith('..') ? path : local.includes('/') ? local : `./${local}`
  return /^[\w./@%+=:,-]+$/.test(short) ? short : `'${short.replaceAll("'", "'\\''")}'`
}
