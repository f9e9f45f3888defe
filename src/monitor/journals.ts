/** Which journals one monitor is to watch: several folders, or pairs of a journal and its log. */
import { readdirSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { errnoCode } from '../shared/runtime/errors.js'
import { refuseFlags } from '../shared/runtime/flags.js'
import type { NamedJournal } from './model/state.js'

/** A file of the journal of a tracker, with its instance where it has one. */
const JOURNAL_FILE = /^tracker(?:-([A-Za-z0-9][A-Za-z0-9._-]*?))?\.events(?:\.\d{6}(?:\.zst)?)?$/

export interface WatchedJournals {
  /** Of the first journal; all that is not about files is the same for all. */
  settings: Settings
  /** At least one, in the order in which they were named. */
  journals: readonly NamedJournal[]
}

/** @throws {SuiteError} `configuration` (78) for flags that do not go together, and for a journal named twice. */
export function watchedJournals(args: CommandArguments): WatchedJournals {
  const dirs = given(args, 'dir')
  const events = given(args, 'events')
  const logs = given(args, 'log')
  if (Math.max(dirs.length, events.length, logs.length) <= 1) return namedJournals([settingsOf(args, {})])
  if (dirs.length > 1) {
    if (events.length + logs.length > 0) {
      refuseFlags('several --dir do not go with --events or --log; name every journal by --events and --log')
    }
    return namedJournals(dirs.flatMap((dir) => inFolder(args, dir)))
  }
  if (events.length !== logs.length) {
    refuseFlags(
      `--events is given ${events.length} times and --log ${logs.length} times; give one --log for each --events, in the same order`,
    )
  }
  return namedJournals(events.map((path, index) => settingsOf(args, { events: path, log: logs[index] })))
}

const given = (args: CommandArguments, flag: string): unknown[] => {
  const value = args[flag]
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

const settingsOf = (args: CommandArguments, flags: Record<string, unknown>): Settings =>
  loadSettings({ flags: { ...args, ...flags } }).settings

/** Every journal that stands in the folder; the one that is to come where none does. */
function inFolder(args: CommandArguments, dir: unknown): Settings[] {
  const { settings, sources } = loadSettings({ flags: { ...args, dir } })
  if (settings.instance !== null || sources.eventsFile !== 'default') return [settings]
  const instances = instancesIn(settings.dir)
  if (instances.length === 0) return [settings]
  return instances.map((instance) => {
    const env = instance === null ? process.env : { ...process.env, ORDERSCOPE_INSTANCE: instance }
    return loadSettings({ flags: { ...args, dir }, env }).settings
  })
}

/** Names of the instances whose journals stand in a folder, null for the one without a name. */
function instancesIn(dir: string): (string | null)[] {
  const found = new Set<string | null>()
  for (const name of namesIn(dir)) {
    const match = JOURNAL_FILE.exec(name)
    if (match) found.add(match[1] ?? null)
  }
  return [...found].sort((one, other) => ((one ?? '') < (other ?? '') ? -1 : 1))
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    // The journal in it is waited for, or named as unreadable, by who reads it.
    if (errnoCode(error) === undefined) throw error
    return []
  }
}

function namedJournals(all: readonly Settings[]): WatchedJournals {
  const [settings] = all as [Settings]
  const paths = all.map(({ eventsFile }) => eventsFile)
  const twice = paths.find((path, index) => paths.indexOf(path) !== index)
  if (twice !== undefined) refuseFlags(`${twice} is named twice; name each journal once`)
  const labels = labelsOf(paths)
  const journals = all.map(({ eventsFile, logFile }, index) => ({
    label: labels[index] ?? eventsFile,
    eventsFile,
    logFile,
  }))
  return { settings, journals }
}

/** The shortest names that tell the journals apart: of their instances or files, else of their folders, else paths. */
export function labelsOf(paths: readonly string[]): string[] {
  const ways: ((path: string) => string)[] = [
    (path) => basename(path, '.events').replace(/^tracker-(?=.)/, ''),
    (path) => basename(dirname(path)),
    (path) => relative(process.cwd(), path),
  ]
  const named = ways.map((nameOf) => paths.map(nameOf))
  return named.find((names) => new Set(names).size === names.length && !names.includes('')) ?? [...paths]
}
