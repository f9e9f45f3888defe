/**
 * Reads the settings: flag > environment > orderscope.yaml > run state of a living run > default.
 *
 * Nothing falls back in silence: a bad value, an unknown yaml key or `ORDERSCOPE_*` name and two aliases that
 * disagree each end with {@link ExitCode.configuration} and name themselves.
 */
import { join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { ExitCode, errorText, SuiteError } from '../errors.js'
import { readTextIfAny } from '../files.js'
import { readRunState, runLives, stateFolder } from '../run-state.js'
import { SETTING_KEYS, SETTINGS, type SettingKey, type SettingValues } from './settings.js'

/** Where a value came from, for example `environment KAFKA_BROKER` or `default`. */
export type Source = string

export interface LoadedSettings {
  settings: Settings
  sources: Record<SettingKey, Source>
}

/** The settings as the program uses them: every path absolute, brokers known. */
export type Settings = Omit<SettingValues, 'brokers' | 'eventsFile' | 'logFile' | 'journalKeyFile'> & {
  brokers: string[]
  /** True when the brokers were named by the user, not found or assumed. */
  brokersGiven: boolean
  eventsFile: string
  logFile: string
  /** There may be no such file: then checkpoints are not signed. */
  journalKeyFile: string
  /** True when the key's file was named by the user, so that it must be there. */
  journalKeyGiven: boolean
}

export interface LoadOptions {
  /** Values of command line flags by flag name; undefined where not given. */
  flags?: Record<string, unknown>
  env?: NodeJS.ProcessEnv
  cwd?: string
}

/** Names in the environment that start with ORDERSCOPE_ and are not settings of a user. */
const INTERNAL_ENV = new Set(['ORDERSCOPE_RUN_ID', 'ORDERSCOPE_FAILPOINTS', 'ORDERSCOPE_LAUNCHER'])

const CONFIG_FILE = 'orderscope.yaml'

interface Raw {
  text: string
  source: Source
}

/** @throws {SuiteError} `configuration` naming the setting, its value and what is expected. */
export function loadSettings(options: LoadOptions = {}): LoadedSettings {
  const { flags = {}, env = process.env, cwd = process.cwd() } = options
  rejectUnknownEnv(env)
  const yaml = readYaml(cwd)
  const values: Partial<Record<SettingKey, unknown>> = {}
  const sources = {} as Record<SettingKey, Source>
  for (const key of SETTING_KEYS) {
    const raw = fromFlag(key, flags) ?? fromEnv(key, env) ?? fromYaml(key, yaml)
    values[key] = raw ? parseSetting(key, raw) : SETTINGS[key].default
    sources[key] = raw?.source ?? 'default'
  }
  const settings = resolveSettings(values as SettingValues, sources, cwd)
  return { settings, sources }
}

const fail = (message: string): never => {
  throw new SuiteError('configuration', message, { exit: ExitCode.configuration })
}

function fromFlag(key: SettingKey, flags: Record<string, unknown>): Raw | null {
  const { flag } = SETTINGS[key] as { flag?: string }
  const value = flag === undefined ? undefined : flags[flag]
  if (Array.isArray(value)) return fail(`--${flag} is given more than once; keep one of them`)
  return value === undefined ? null : { text: String(value), source: `flag --${flag}` }
}

function fromEnv(key: SettingKey, env: NodeJS.ProcessEnv): Raw | null {
  const definition = SETTINGS[key] as { env: readonly string[]; secret?: true }
  const names = definition.env.flatMap((name) => (definition.secret ? [name, `${name}_FILE`] : [name]))
  const given = names.filter((name) => env[name] !== undefined && env[name] !== '')
  const [first, ...others] = given
  if (first === undefined) return null
  for (const other of others) {
    if (env[other] !== env[first]) {
      const shown = definition.secret ? '' : ` ("${env[first]}" and "${env[other]}")`
      fail(`${first} and ${other} name the same setting and disagree${shown}; keep one of them`)
    }
  }
  const source = `environment ${first}`
  if (first.endsWith('_FILE') && definition.secret) return { text: readSecret(first, env[first]!), source }
  return { text: env[first]!, source }
}

function readSecret(name: string, path: string): string {
  try {
    const text = readTextIfAny(path)
    if (text !== null) return text.replace(/\r?\n$/, '')
  } catch (error) {
    return fail(`${name}=${path}: ${errorText(error)}`)
  }
  return fail(`${name}=${path}: no such file`)
}

function fromYaml(key: SettingKey, yaml: Map<string, string>): Raw | null {
  const text = yaml.get(SETTINGS[key].yaml)
  return text === undefined ? null : { text, source: `${CONFIG_FILE} ${SETTINGS[key].yaml}` }
}

function parseSetting(key: SettingKey, raw: Raw): unknown {
  try {
    return SETTINGS[key].parse(raw.text)
  } catch (error) {
    const shown = (SETTINGS[key] as { secret?: true }).secret ? '' : ` is "${raw.text}"`
    return fail(`${raw.source}${shown}: ${errorText(error)}`)
  }
}

function rejectUnknownEnv(env: NodeJS.ProcessEnv): void {
  const known = new Set<string>(SETTING_KEYS.flatMap((key) => [...SETTINGS[key].env]))
  for (const name of Object.keys(env)) {
    if (name.startsWith('ORDERSCOPE_') && !known.has(name) && !INTERNAL_ENV.has(name)) {
      fail(`${name} is not a setting; \`orderscope config\` lists them all`)
    }
  }
}

/** orderscope.yaml as dotted path -> text. Only leaves that are settings may stand in it. */
function readYaml(cwd: string): Map<string, string> {
  const path = join(cwd, CONFIG_FILE)
  const leaves = new Map<string, string>()
  let document: unknown
  try {
    const text = readTextIfAny(path)
    document = text === null ? null : parseYaml(text)
  } catch (error) {
    // The lines after the first quote the file, which may hold a secret.
    return fail(`${path}: ${errorText(error).split('\n')[0]}`)
  }
  if (document === null) return leaves
  if (typeof document !== 'object' || Array.isArray(document)) fail(`${path}: expected keys and values`)
  for (const [key, child] of Object.entries(document as object)) collectLeaves(child, key, leaves)
  const known = SETTING_KEYS.map((key): string => SETTINGS[key].yaml)
  for (const [leaf, value] of leaves) {
    // `kafka:` with nothing below it says nothing.
    const isEmptyGroup = value === '' && known.some((key) => key.startsWith(`${leaf}.`))
    if (!known.includes(leaf) && !isEmptyGroup) fail(`${path}: unknown key "${leaf}"`)
    const secret = SETTING_KEYS.find((key) => SETTINGS[key].yaml === leaf && 'secret' in SETTINGS[key])
    if (secret) {
      const [name] = SETTINGS[secret].env
      fail(`${path}: "${leaf}" is a secret and does not belong in this file; set ${name} or ${name}_FILE`)
    }
  }
  return leaves
}

/** A key without a value is a leaf too: a known one says what is expected, an unknown one is named. */
function collectLeaves(node: unknown, path: string, leaves: Map<string, string>): void {
  if (Array.isArray(node)) leaves.set(path, node.join(','))
  else if (typeof node !== 'object') leaves.set(path, String(node))
  else if (node === null || Object.keys(node).length === 0) leaves.set(path, '')
  else for (const [key, child] of Object.entries(node)) collectLeaves(child, `${path}.${key}`, leaves)
}

function resolveSettings(values: SettingValues, sources: Record<SettingKey, Source>, cwd: string): Settings {
  const dir = resolve(cwd, values.dir)
  const brokersGiven = values.brokers !== null
  let brokers = values.brokers
  if (!brokers) {
    const run = readRunState(dir)
    if (run && runLives(run)) {
      brokers = run.broker.brokers
      sources.brokers = 'run.json of the living run'
    }
  }
  refuseTracked('DLQ_TOPIC', values.dlqTopic, values, sources)
  refuseTracked('ORDERSCOPE_JOURNAL_HEADS_TOPIC', values.headsTopic, values, sources)
  if (values.headsTopic === values.dlqTopic)
    fail(
      `ORDERSCOPE_JOURNAL_HEADS_TOPIC "${values.headsTopic}" is the topic of dead letters; it must be another`,
    )
  const stem = values.instance === null ? 'tracker' : `tracker-${values.instance}`
  return {
    ...values,
    dir,
    brokersGiven,
    brokers: brokers ?? [`127.0.0.1:${values.kafkaPort}`],
    eventsFile: resolve(dir, values.eventsFile ?? `${stem}.events`),
    logFile: resolve(dir, values.logFile ?? `${stem}.log`),
    journalKeyFile: resolve(dir, values.journalKeyFile ?? join(stateFolder(dir), 'journal.key')),
    journalKeyGiven: values.journalKeyFile !== null,
    journalAnchor: values.journalAnchor === null ? null : resolve(dir, values.journalAnchor),
  }
}

/** A tracker that reads what it writes would never come to an end. */
function refuseTracked(
  name: string,
  topic: string,
  values: SettingValues,
  sources: Record<SettingKey, Source>,
): void {
  if (!values.topics.includes(topic)) return
  fail(`${name} "${topic}" is one of the topics to track (${sources.topics}); it must be another`)
}
