/** Flags of a command that take text: how they are read, and how a bad one names itself. */
import type { CommandArguments } from './command.js'
import { ExitCode, errorText, SuiteError } from './errors.js'

/** Gives null for a text that it does not take. */
export type FlagParser<T> = (value: string) => T | null

/** Ends a command whose flags cannot be meant, 78. */
export const refuseFlags = (message: string): never => {
  throw new SuiteError('configuration', message, { exit: ExitCode.configuration })
}

/**
 * Reads flags by name; undefined for one that was not given.
 *
 * @param expected What each flag takes, for a person.
 * @throws {SuiteError} `configuration` (78) naming the flag, its value and what is expected.
 */
export function flagReader<N extends string>(
  args: CommandArguments,
  expected: Record<N, string>,
): <T>(name: N, parse: FlagParser<T>) => T | undefined {
  return (name, parse) => {
    const given = args[name]
    if (given === undefined) return undefined
    if (Array.isArray(given)) return refuseFlags(`--${name} is given ${given.length} times; give it once`)
    const value = parse(String(given))
    return value ?? refuseFlags(`--${name} is "${given}"; expected ${expected[name]}`)
  }
}

/** Plain decimal notation only: no hex, no exponent, no white space. */
const decimal: FlagParser<number> = (value) => (/^\d+(\.\d+)?$|^\.\d+$/.test(value) ? Number(value) : null)

/** A number from `min` to `max`. */
export const within =
  (min: number, max: number): FlagParser<number> =>
  (value) => {
    const number = decimal(value)
    return number !== null && number >= min && number <= max ? number : null
  }

/** A whole number from 1. */
export const count: FlagParser<number> = (value) => {
  const number = /^\d+$/.test(value) ? Number(value) : 0
  return number >= 1 && Number.isSafeInteger(number) ? number : null
}

/**
 * RFC 3339 as milliseconds since 1970.
 *
 * `Date.parse` alone takes far more, and moves February 30 to March.
 */
export const time: FlagParser<number> = (value) => {
  const match = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i.exec(value)
  const ms = match ? Date.parse(value.toUpperCase()) : Number.NaN
  if (Number.isNaN(ms)) return null
  const day = match![1]!
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? ms : null
}

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A {@link time}, or so long before `nowMs`: `-90s`, `-15m`, `-2h`, `-1d`; milliseconds since 1970. */
export const moment =
  (nowMs: number): FlagParser<number> =>
  (value) => {
    const [, amount, unit = ''] = /^-(\d{1,9}(?:\.\d+)?)([smhd])$/.exec(value) ?? []
    return amount === undefined ? time(value) : nowMs - Number(amount) * (UNIT_MS[unit] ?? 0)
  }

/** A regular expression of JavaScript; what is wrong with one is told. */
export const regularExpression: FlagParser<RegExp> = (value) => {
  try {
    return new RegExp(value)
  } catch (error) {
    return refuseFlags(errorText(error))
  }
}
