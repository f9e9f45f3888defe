/**
 * The one program: names the commands, parses their flags, turns what they answer into an exit code.
 *
 * Nothing of a command is imported before it is asked for, so `--help` stays fast.
 */
import type { Argv } from 'yargs'
import yargs from 'yargs'
import type { CommandModule } from './shared/runtime/command.js'
import { SETTING_KEYS, SETTINGS } from './shared/runtime/config/settings.js'
import { descriptorFailure, isDescriptorFailure, requireDescriptors } from './shared/runtime/descriptors.js'
import { ExitCode, SuiteError } from './shared/runtime/errors.js'
import { sourceStack } from './shared/runtime/source-stack.js'
import { packageVersion } from './shared/runtime/version.js'

interface CommandRow {
  name: string
  about: string
  load?: () => Promise<CommandModule>
  subcommands?: CommandRow[]
}

const COMMANDS: CommandRow[] = [
  {
    name: 'up',
    about: 'start broker, producer and tracker; wait for the first journaled order',
    load: () => import('./lifecycle/up-command.js'),
  },
  {
    name: 'down',
    about: 'stop them in order, nothing lost, and say what was delivered and journaled',
    load: () => import('./lifecycle/down-command.js'),
  },
  {
    name: 'status',
    about: 'what runs, lag, journal head',
    load: () => import('./lifecycle/status-command.js'),
  },
  { name: 'monitor', about: 'watch it all, live', load: () => import('./monitor/command.js') },
  {
    name: 'follow',
    about: 'print records of the topics as they come, those that match',
    load: () => import('./follow/command.js'),
  },
  { name: 'producer', about: 'stream synthetic order events', load: () => import('./producer/command.js') },
  {
    name: 'tracker',
    about: 'journal every record of the topics',
    load: () => import('./tracker/command.js'),
  },
  {
    name: 'journal',
    about: 'verify, print, summarise, rotate the journal; works on the files alone',
    subcommands: [
      {
        name: 'verify [files..]',
        about: 'check chain, sequence and offsets; 0 or 76',
        load: () => import('./journal/verify-command.js'),
      },
      {
        name: 'cat [files..]',
        about: 'print entries as NDJSON',
        load: () => import('./journal/cat-command.js'),
      },
      {
        name: 'export [files..]',
        about: 'give payloads back, byte for byte',
        load: () => import('./journal/export-command.js'),
      },
      {
        name: 'stats [files..]',
        about: 'totals, reasons, event types and revenue',
        load: () => import('./journal/stats-command.js'),
      },
      {
        name: 'rotate',
        about: 'seal the open file now and begin the next one',
        load: () => import('./journal/rotate-command.js'),
      },
      {
        name: 'keygen',
        about: 'make the key that signs checkpoints',
        load: () => import('./journal/keygen-command.js'),
      },
      {
        name: 'quarantine',
        about: 'move a journal that does not verify aside and begin a new chain',
        load: () => import('./journal/quarantine-command.js'),
      },
    ],
  },
  {
    name: 'dlq',
    about: 'rejected records: list them, send them again',
    subcommands: [
      {
        name: 'list',
        about: 'what stands on the dead-letter topic, each record once',
        load: () => import('./dlq/list-command.js'),
      },
      {
        name: 'replay',
        about: 'send letters back to the topics of their records, each once',
        load: () => import('./dlq/replay-command.js'),
      },
    ],
  },
  {
    name: 'config',
    about: 'every setting, its value, where it came from',
    load: () => import('./lifecycle/config-command.js'),
  },
]

const EXAMPLES: [string, string][] = [
  ['$0 up --rate 50', 'start everything, 50 orders a second'],
  ['$0 monitor', 'watch it, in a second terminal'],
  ['$0 journal verify', 'prove that nobody edited the journal'],
  ['$0 down', 'stop it all, losing nothing'],
]

async function main(argv: string[]): Promise<ExitCode> {
  requireDescriptors()
  let exit: ExitCode = ExitCode.done
  const program = yargs(argv)
    .scriptName('orderscope')
    .usage('$0 <command>\n\nWatches every order that crosses a Kafka topic, from the terminal.')
    .version(packageVersion())
    .alias({ h: 'help', v: 'version' })
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .strictCommands()
    .strictOptions()
    .demandCommand(1, 'Say what to do: one of the commands below.')
    .recommendCommands()
    .completion('completion', 'print a completion script for bash or zsh; source it')
    .epilogue(
      'Settings: flag > environment > orderscope.yaml; `$0 config` lists them. Exit codes: docs/operations.md.',
    )
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message)
    })
  for (const key of SETTING_KEYS) {
    const { flag, about } = SETTINGS[key] as { flag?: string; about: string }
    if (flag) program.option(flag, { describe: about, type: 'string', requiresArg: true, group: 'Settings:' })
  }
  for (const [command, about] of EXAMPLES) program.example(command, about)
  register(program, COMMANDS, (code) => {
    exit = code
  })
  await program.parseAsync()
  return exit
}

function register(program: Argv, rows: CommandRow[], answer: (exit: ExitCode) => void): void {
  for (const { name, about, load, subcommands } of rows) {
    if (load) {
      program.command({
        command: name,
        describe: about,
        builder: async (parser: Argv) => (await load()).options(parser),
        handler: async (args) => answer(await (await load()).run(args)),
      })
    } else {
      program.command({
        command: name,
        describe: about,
        builder: (parser: Argv) => {
          register(parser, subcommands ?? [], answer)
          return parser.demandCommand(1, `Say what to do with the ${name}: one of the commands below.`)
        },
        handler: () => {},
      })
    }
  }
}

/** `--from -15m` means `--from=-15m`; no flag of ours begins with a digit. */
function withValuesJoined(argv: string[]): string[] {
  const joined: string[] = []
  for (const word of argv) {
    const isValue = /^-\d/.test(word) && /^--[a-z-]+$/.test(joined.at(-1) ?? '')
    joined.push(isValue ? `${joined.pop()}=${word}` : word)
  }
  return joined
}

/** An unknown flag or a bad value is a matter of configuration; a missing or unknown command of usage. */
function usageError(message: string): SuiteError {
  const isFlag = /unknown argument|not enough arguments following|invalid values/i.test(message)
  return new SuiteError(
    'usage',
    `${message}\nTry ${isFlag ? 'the same with --help' : '`orderscope --help`'}.`,
    {
      exit: isFlag ? ExitCode.configuration : ExitCode.usage,
    },
  )
}

/** What was thrown outside our own code, in our words where it is no bug. */
function asSuiteError(thrown: unknown): unknown {
  if (thrown instanceof SuiteError) return thrown
  // Some of what yargs finds it throws as an error of its own, past its `fail` handler.
  if (thrown instanceof Error && thrown.name === 'YError') return usageError(thrown.message)
  return isDescriptorFailure(thrown) ? descriptorFailure(thrown) : thrown
}

function report(thrown: unknown): ExitCode {
  const error = asSuiteError(thrown)
  if (error instanceof SuiteError) {
    process.stderr.write(`orderscope: ${error.message}\n`)
    return error.exit
  }
  process.stderr.write(`orderscope: this is a bug, please report it:\n${sourceStack(error)}\n`)
  return ExitCode.bug
}

// A reader that goes away (`| head`) ends the program quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitCode.done)
  throw error
})

process.exitCode = await main(withValuesJoined(process.argv.slice(2))).catch(report)
