/** The flags of `follow`: what they are called, what they may hold, and the plan that they make. */
import type { Argv } from 'yargs'
import { compileFilter, type Filter } from '../shared/filter/filter.js'
import type { StartAt } from '../shared/kafka/start-offsets.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import {
  count,
  type FlagParser,
  flagReader,
  moment,
  refuseFlags,
  regularExpression,
  within,
} from '../shared/runtime/flags.js'
import { type Field, fieldNamed } from './fields.js'

export type Format = 'pretty' | 'ndjson' | 'raw'

export interface FollowPlan {
  from: StartAt
  until: 'end' | { timeMs: number } | null
  filter: Filter | null
  grep: RegExp | null
  /** Matches after which it stops. */
  limit: number
  format: Format
  /** Null prints whole records. */
  fields: Field[] | null
  /** Share of the matches that is printed. */
  sample: number
}

const EXPECTED = {
  where: 'an expression',
  grep: 'a regular expression',
  from: 'earliest, latest, -N for the last N of each partition, or a time as in 2026-11-21T10:15:00Z or -15m',
  until: 'a time as in 2026-11-21T10:15:00Z or -15m',
  limit: 'a whole number from 1',
  format: 'pretty, ndjson or raw',
  fields: 'names as in --where, separated by commas',
  sample: 'a share above 0, at most 1',
}

export function declareOptions(yargs: Argv): Argv {
  const text = (describe: string) => ({ describe, type: 'string', requiresArg: true }) as const
  return yargs
    .option('where', text('only records for which this CEL expression is true, see docs/operations.md'))
    .option('grep', text('only records with a key or a value that this regular expression finds'))
    .option('from', text('earliest, latest, -N (the last N of each partition) or a time; default latest'))
    .option('until', text('stop at the first record of this time or later'))
    .option('exit-at-end', { type: 'boolean', default: false, describe: 'stop where the topic ends now' })
    .option('limit', text('stop after so many records'))
    .option('format', text('pretty, ndjson or raw; default pretty'))
    .option('fields', text('only these, for example offset,order.total'))
    .option('sample', text('print this share of them, chosen by chance, for example 0.01'))
    .example('$0 follow', 'every order as it comes')
    .example(`$0 follow --where 'order.total > 50 && error == null'`, 'the large ones')
    .example('$0 follow --from -15m --exit-at-end --format ndjson | jq', 'the last quarter of an hour')
}

/**
 * @throws {SuiteError} `configuration` (78) naming the flag, its value and what is expected; `filter_invalid` (78).
 */
export function parseOptions(args: CommandArguments): FollowPlan {
  const flag = flagReader(args, EXPECTED)
  const where = flag('where', (value) => value)
  const timeMs = flag('until', moment(systemClock.now()))
  const format = flag('format', formatName) ?? 'pretty'
  const fields = flag('fields', fieldList) ?? null
  if (fields && format === 'raw')
    refuseFlags('--fields and --format raw exclude each other; raw prints the bytes')
  if (timeMs !== undefined && args['exit-at-end'] === true) {
    refuseFlags('--until and --exit-at-end exclude each other; keep the one that is meant')
  }
  const bounded = timeMs === undefined ? null : { timeMs }
  return {
    from: flag('from', start) ?? 'latest',
    until: args['exit-at-end'] === true ? 'end' : bounded,
    filter: where === undefined ? null : compileFilter(where, { source: 'topic' }),
    grep: flag('grep', regularExpression) ?? null,
    limit: flag('limit', count) ?? Number.POSITIVE_INFINITY,
    format,
    fields,
    sample: flag('sample', share) ?? 1,
  }
}

const start: FlagParser<StartAt> = (value) => {
  if (value === 'earliest' || value === 'latest') return value
  const last = /^-\d+$/.test(value) ? count(value.slice(1)) : null
  if (last !== null) return { last }
  const timeMs = moment(systemClock.now())(value)
  return timeMs === null ? null : { timeMs }
}

const share: FlagParser<number> = (value) => within(0, 1)(value) || null

const formatName: FlagParser<Format> = (value) =>
  value === 'pretty' || value === 'ndjson' || value === 'raw' ? value : null

const fieldList: FlagParser<Field[]> = (value) => value.split(',').map((name) => fieldNamed(name.trim()))
