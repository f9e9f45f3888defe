/** The producer's own flags: what they are called, what they may hold, what they are when not given. */
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { count, type FlagParser, flagReader, refuseFlags, time, within } from '../shared/runtime/flags.js'
import type { Rate } from './pacer.js'

export interface ProducerOptions {
  rate: Rate
  /** Records after which it stops; null runs until told to stop. */
  count: number | null
  seed: string
  /** Milliseconds since 1970 of the first event; null is the wall clock. */
  startTime: number | null
  malformedRatio: number
  invalidRatio: number
  /** Absolute; null keeps none. */
  ledger: string | null
  flushTimeoutMs: number
}

const RATIO_DEFAULT = 0.01
const RATE_MAX = 10_000_000
const FLUSH_TIMEOUT_SECONDS = 10

/** Every flag takes text, so that a bad value is named as it was written. */
export function declareOptions(yargs: Argv): Argv {
  const text = (describe: string) => ({ describe, type: 'string', requiresArg: true }) as const
  return yargs
    .option('rate', text('records a second, or max; default 1000 / PRODUCER_INTERVAL_MS = 5'))
    .option('count', text('stop after exactly so many records; default: until told to stop'))
    .option('seed', text('the same seed gives the same orders; default: random, and logged'))
    .option('start-time', text('RFC 3339 time of the first event; with --seed the bytes are the same too'))
    .option(
      'malformed-ratio',
      text(`share of records that are no JSON object, 0 to 1; default ${RATIO_DEFAULT}`),
    )
    .option(
      'invalid-ratio',
      text(`share of records that break a rule of orders, 0 to 1; default ${RATIO_DEFAULT}`),
    )
    .option('ledger', text('new file that gets one line for every acknowledged record'))
    .option(
      'flush-timeout',
      text(`seconds to wait for acknowledgements when told to stop; default ${FLUSH_TIMEOUT_SECONDS}`),
    )
    .example('$0 producer --rate 50', '50 records a second until Ctrl-C')
    .example('$0 producer --count 2000 --rate max --seed demo', '2,000 records, the same ones every time')
}

/** @throws {SuiteError} `configuration` (78) naming the flag, its value and what is expected. */
export function parseOptions(
  args: CommandArguments,
  { intervalMs }: { intervalMs: number },
): ProducerOptions {
  const flag = flagReader(args, EXPECTED)
  const malformedRatio = flag('malformed-ratio', ratio) ?? RATIO_DEFAULT
  const invalidRatio = flag('invalid-ratio', ratio) ?? RATIO_DEFAULT
  // 0.9 and 0.1 are 1 for whoever wrote them.
  if (malformedRatio + invalidRatio > 1 + Number.EPSILON) {
    refuseFlags(
      `--malformed-ratio ${malformedRatio} and --invalid-ratio ${invalidRatio} are more than all records; their sum is at most 1`,
    )
  }
  return {
    rate: flag('rate', rate) ?? 1_000 / intervalMs,
    count: flag('count', count) ?? null,
    seed: flag('seed', seed) ?? randomBytes(4).toString('hex'),
    startTime: flag('start-time', time) ?? null,
    malformedRatio,
    invalidRatio,
    ledger: flag('ledger', (value) => (value.trim() === '' ? null : resolve(value))) ?? null,
    flushTimeoutMs: (flag('flush-timeout', seconds) ?? FLUSH_TIMEOUT_SECONDS) * 1_000,
  }
}

const EXPECTED = {
  rate: `records a second above 0, at most ${RATE_MAX}, or max`,
  count: 'a whole number of records from 1',
  seed: 'a text of 1 to 128 characters',
  'start-time': 'a time as in 2026-11-21T02:15:00Z',
  'malformed-ratio': 'a share from 0 to 1',
  'invalid-ratio': 'a share from 0 to 1',
  ledger: 'a file name',
  'flush-timeout': 'seconds from 0 to 86400',
}

const ratio = within(0, 1)
const seconds = within(0, 86_400)

const rate: FlagParser<Rate> = (value) => {
  if (value === 'max') return 'max'
  const number = within(0, RATE_MAX)(value)
  return number === 0 ? null : number
}

const seed: FlagParser<string> = (value) => (value.length >= 1 && value.length <= 128 ? value : null)
