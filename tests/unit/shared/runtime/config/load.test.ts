import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type LoadOptions, loadSettings } from '../../../../../src/shared/runtime/config/load.js'
import { SETTING_KEYS, SETTINGS } from '../../../../../src/shared/runtime/config/settings.js'
import type { SuiteError } from '../../../../../src/shared/runtime/errors.js'
import { machineIdentity, startTime } from '../../../../../src/shared/runtime/process-identity.js'
import { tempDir } from '../../../../support/temp-dir.js'

interface Given extends Omit<LoadOptions, 'cwd'> {
  /** Content of orderscope.yaml in the working directory. */
  yaml?: string
}

function load({ yaml, flags = {}, env = {} }: Given, cwd = tempDir()) {
  if (yaml !== undefined) writeFileSync(join(cwd, 'orderscope.yaml'), yaml)
  return { cwd, ...loadSettings({ flags, env, cwd }) }
}

function refusal(given: Given, cwd = tempDir()): SuiteError {
  try {
    load(given, cwd)
  } catch (error) {
    return error as SuiteError
  }
  throw new Error('the settings were taken')
}

/** Run state of a run whose tracker is process `pid`, started at `started`. */
function recordRun(cwd: string, started: string, pid = process.pid): void {
  mkdirSync(join(cwd, '.orderscope'), { recursive: true })
  const state = {
    run_id: 'r',
    machine: machineIdentity(),
    broker: { kind: 'local', brokers: ['127.0.0.1:20001'], process: null, owned: true },
    tracker: { pid, started },
    producer: null,
  }
  writeFileSync(join(cwd, '.orderscope', 'run.json'), JSON.stringify(state))
}

test('without anything given, everything has its default, and paths are absolute', () => {
  const { cwd, settings, sources } = load({})
  expect(settings).toMatchObject({
    dir: cwd,
    instance: null,
    brokers: ['127.0.0.1:9092'],
    brokersGiven: false,
    topics: ['orders'],
    group: 'order-tracker-group',
    dlqTopic: 'orders-dlq',
    eventsFile: join(cwd, 'tracker.events'),
    logFile: join(cwd, 'tracker.log'),
    metricsIntervalMs: 5_000,
    producerIntervalMs: 200,
    logLevel: 'info',
    topicPartitions: 3,
  })
  expect(new Set(Object.values(sources))).toEqual(new Set(['default']))
})

describe('precedence', () => {
  const all: Given = {
    flags: { brokers: 'flag:1' },
    env: { KAFKA_BROKERS: 'env:1' },
    yaml: 'kafka:\n  brokers: yaml:1\n',
  }

  test.each<[string, Given, string, string]>([
    ['flag over environment', all, 'flag:1', 'flag --brokers'],
    ['environment over yaml', { ...all, flags: {} }, 'env:1', 'environment KAFKA_BROKERS'],
    ['yaml over a living run', { yaml: all.yaml ?? '' }, 'yaml:1', 'orderscope.yaml kafka.brokers'],
    ['a living run over the default', {}, '127.0.0.1:20001', 'run.json of the living run'],
  ])('%s', (_, given, broker, source) => {
    const cwd = tempDir()
    recordRun(cwd, startTime(process.pid) ?? '')
    const { settings, sources } = load(given, cwd)
    expect(settings.brokers).toEqual([broker])
    expect(settings.brokersGiven).toBe(source !== 'run.json of the living run')
    expect(sources.brokers).toBe(source)
  })

  test('a run that is over, or whose pid means another process, says nothing', () => {
    const cwd = tempDir()
    recordRun(cwd, 'not the start time of this process')
    expect(load({}, cwd).settings.brokers).toEqual(['127.0.0.1:9092'])
    recordRun(cwd, '1', 2 ** 22 + 1)
    expect(load({}, cwd).sources.brokers).toBe('default')
  })

  test.each(['', '{', 'null', '[]', '{"broker":{}}', '{"broker":{"brokers":["a:1"]}}'])(
    'run state that reads %j is no run',
    (text) => {
      const cwd = tempDir()
      mkdirSync(join(cwd, '.orderscope'))
      writeFileSync(join(cwd, '.orderscope', 'run.json'), text)
      expect(load({}, cwd).settings.brokers).toEqual(['127.0.0.1:9092'])
    },
  )

  test('an empty variable is one that is not set', () => {
    expect(load({ env: { KAFKA_TOPIC: '' }, yaml: 'kafka: { topic: sales }' }).settings.topics).toEqual([
      'sales',
    ])
  })
})

describe('files', () => {
  test('an instance names its files, and named files are found from the folder', () => {
    const { cwd, settings } = load({ env: { ORDERSCOPE_INSTANCE: 'b2', ORDERSCOPE_DIR: 'data' } })
    expect(settings.eventsFile).toBe(join(cwd, 'data', 'tracker-b2.events'))
    expect(settings.logFile).toBe(join(cwd, 'data', 'tracker-b2.log'))
    const named = load({ env: { TRACKER_EVENTS_FILE: '/var/j.events', TRACKER_LOG_FILE: 'j.log' } })
    expect(named.settings).toMatchObject({ eventsFile: '/var/j.events', logFile: join(named.cwd, 'j.log') })
  })
})

test.each<[string, Record<string, string>, unknown]>([
  ['KAFKA_BROKER', { KAFKA_BROKER: 'a:1' }, ['a:1']],
  ['KAFKA_BOOTSTRAP_SERVERS', { KAFKA_BOOTSTRAP_SERVERS: 'a:1,[::1]:2' }, ['a:1', '[::1]:2']],
  ['aliases that agree', { KAFKA_BROKERS: 'a:1', KAFKA_BROKER: 'a:1' }, ['a:1']],
])('brokers are taken from %s', (_, env, brokers) => {
  expect(load({ env }).settings.brokers).toEqual(brokers)
})

test('several topics and an unset DLQ_TOPIC', () => {
  expect(load({ env: { KAFKA_TOPIC: 'orders, returns,orders' } }).settings).toMatchObject({
    topics: ['orders', 'returns'],
    dlqTopic: 'orders-dlq',
  })
})

describe('refused with 78, naming what is wrong', () => {
  test.each<[string, Given, RegExp]>([
    [
      'aliases that disagree',
      { env: { KAFKA_BROKERS: 'a:1', KAFKA_BOOTSTRAP_SERVERS: 'b:1' } },
      /^KAFKA_BROKERS and KAFKA_BOOTSTRAP_SERVERS name the same setting and disagree \("a:1" and "b:1"\)/,
    ],
    [
      'an unknown ORDERSCOPE_ name',
      { env: { ORDERSCOPE_RETRIES: '3' } },
      /^ORDERSCOPE_RETRIES is not a setting/,
    ],
    ['an unknown yaml key', { yaml: 'kafka:\n  brokres: a:1\n' }, /unknown key "kafka.brokres"/],
    ['an unknown yaml key without a value', { yaml: 'brokers:\n' }, /unknown key "brokers"/],
    [
      'an unknown yaml group without a key',
      { yaml: 'kafka: { sasl: { scram: {} } }' },
      /unknown key "kafka.sasl.scram"/,
    ],
    ['yaml that is none', { yaml: 'a: [' }, /orderscope\.yaml: /],
    ['yaml that is a list', { yaml: '- a\n' }, /orderscope\.yaml: expected keys and values/],
    [
      'the same yaml key twice',
      { yaml: 'log_level: info\nlog_level: debug\n' },
      /orderscope\.yaml: .*unique/,
    ],
    [
      'a known yaml key without a value',
      { yaml: 'kafka:\n  topic:\n' },
      /^orderscope\.yaml kafka\.topic is "": expected a topic name/,
    ],
    ['a flag that is given twice', { flags: { dir: ['a', 'b'] } }, /^--dir is given more than once/],
    [
      'a broker without port',
      { env: { KAFKA_BROKERS: 'localhost' } },
      /^environment KAFKA_BROKERS is "localhost": expected host:port/,
    ],
    ['port 0', { flags: { brokers: 'a:0' } }, /^flag --brokers is "a:0": expected host:port, found "a:0"/],
    [
      'a topic name with a space',
      { env: { KAFKA_TOPIC: 'my orders' } },
      /^environment KAFKA_TOPIC is "my orders": .* is not a topic name/,
    ],
    [
      'a log level that is none',
      { env: { LOG_LEVEL: 'loud' } },
      /^environment LOG_LEVEL is "loud": expected one of debug, info, warn, error/,
    ],
    [
      'an interval of 0',
      { env: { PRODUCER_INTERVAL_MS: '0' } },
      /^environment PRODUCER_INTERVAL_MS is "0": expected a whole number from 1 to 3600000/,
    ],
    [
      'a number with a unit',
      { flags: { 'metrics-interval': '5s' } },
      /^flag --metrics-interval is "5s": expected a whole number from 100/,
    ],
    [
      'a port that leaves none for the controller',
      { env: { ORDERSCOPE_KAFKA_PORT: '65535' } },
      /^environment ORDERSCOPE_KAFKA_PORT is "65535": expected a whole number from 1 to 65534/,
    ],
    [
      'an instance with a slash',
      { env: { ORDERSCOPE_INSTANCE: '../x' } },
      /^environment ORDERSCOPE_INSTANCE is "\.\.\/x": expected 1 to 64 letters/,
    ],
    [
      'a percentage over 100',
      { yaml: 'monitor: { health: { success_good_percent: 101 } }' },
      /success_good_percent is "101": expected a number from 0 to 100/,
    ],
    [
      'a switch that is neither on nor off',
      { env: { KAFKA_TLS_ENABLED: 'maybe' } },
      /^environment KAFKA_TLS_ENABLED is "maybe": expected true or false/,
    ],
    [
      'dead letters among the topics',
      { env: { KAFKA_TOPIC: 'orders,orders-dlq' } },
      /^DLQ_TOPIC "orders-dlq" is one of the topics to track \(environment KAFKA_TOPIC\)/,
    ],
  ])('%s', (_, given, message) => {
    const error = refusal(given)
    expect(error).toMatchObject({ name: 'SuiteError', code: 'configuration', exit: 78 })
    expect(error.message).toMatch(message)
  })

  test('a folder in the place of orderscope.yaml', () => {
    const cwd = tempDir()
    mkdirSync(join(cwd, 'orderscope.yaml'))
    expect(refusal({}, cwd)).toMatchObject({ exit: 78, message: expect.stringContaining('EISDIR') })
  })
})

describe('the SASL password', () => {
  const SECRET = 'canary-7f3a'

  test('comes from a file, its last line break taken off', () => {
    const file = join(tempDir(), 'password')
    writeFileSync(file, `${SECRET}\n`)
    const { settings, sources } = load({ env: { KAFKA_SASL_PASSWORD_FILE: file } })
    expect(settings.saslPassword).toBe(SECRET)
    expect(sources.saslPassword).toBe('environment KAFKA_SASL_PASSWORD_FILE')
  })

  test('has no flag', () => {
    expect(SETTING_KEYS.filter((key) => 'secret' in SETTINGS[key] && 'flag' in SETTINGS[key])).toEqual([])
    expect(
      load({ flags: { 'sasl-password': SECRET, saslPassword: SECRET } }).settings.saslPassword,
    ).toBeNull()
  })

  test('a file that is not there is named', () => {
    const file = join(tempDir(), 'nowhere')
    const error = refusal({ env: { KAFKA_SASL_PASSWORD_FILE: file } })
    expect(error).toMatchObject({ exit: 78, message: `KAFKA_SASL_PASSWORD_FILE=${file}: no such file` })
  })

  test.each<[string, Given]>([
    ['is given twice', { env: { KAFKA_SASL_PASSWORD: SECRET, KAFKA_SASL_PASSWORD_FILE: '/etc/hostname' } }],
    ['stands in yaml', { yaml: `kafka: { sasl: { password: ${SECRET} } }` }],
    ['stands in yaml that is none', { yaml: `kafka:\n  sasl:\n    password: "${SECRET}\n` }],
    [
      'stands in yaml that has it twice',
      { yaml: `kafka: { sasl: { password: ${SECRET}, password: ${SECRET} } }` },
    ],
    ['stands under a wrong key of yaml', { yaml: `kafka: { sasl: { passwd: ${SECRET} } }` }],
  ])('is in no message when it %s', (_, given) => {
    const error = refusal(given)
    expect(error.exit).toBe(78)
    expect(JSON.stringify([error.message, error.context])).not.toContain(SECRET)
  })
})

test('every setting has names of its own in the environment, in yaml and as a flag', () => {
  const names = SETTING_KEYS.flatMap((key) => {
    const { env, yaml, flag } = SETTINGS[key] as { env: readonly string[]; yaml: string; flag?: string }
    return [...env, yaml, ...(flag ? [`--${flag}`] : [])]
  })
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
