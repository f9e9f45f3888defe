/** Turns what the CEL library finds wrong with an expression into a message that says where, what, and what to do. */
import type { ASTNode } from '@marcbachmann/cel-js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import type { Declarations } from './declarations.js'
import { nearest } from './nearest.js'

/** What the library's errors have in common. */
export interface CelError {
  code: string
  summary: string
  range?: { start: number; end: number } | undefined
  node?: ASTNode | undefined
}

interface Finding {
  what: string
  hint?: string | undefined
}

/** Words of other languages, and what CEL writes for them. */
const WORDS: Record<string, string> = { and: '&&', or: '||', not: '!', '=': '==', '<>': '!=', is: '==' }
const JOURNAL_ONLY = new Set(['seq'])

/**
 * The error for an expression that does not stand.
 *
 * Its context holds `position`, the character from 0 where it goes wrong, and `hint` where there is one.
 */
export function explain(error: CelError, text: string, declarations: Declarations): SuiteError {
  const position = Math.min(error.range?.start ?? 0, text.length)
  const { what, hint } = finding(error, text, declarations)
  return filterError({ what, hint, text, position })
}

/** Builds the message: what is wrong, the hint, and the place below the expression. */
export function filterError({
  what,
  hint,
  text,
  position,
}: Finding & { text: string; position: number }): SuiteError {
  const before = text.slice(0, position)
  const line = text.split('\n')[before.split('\n').length - 1] ?? ''
  const column = position - (before.lastIndexOf('\n') + 1)
  const message = `the filter is wrong at character ${position + 1}: ${what}${hint ? `; ${hint}` : ''}`
  return new SuiteError('filter_invalid', `${message}\n  ${line}\n  ${' '.repeat(column)}^`, {
    exit: ExitCode.configuration,
    context: { filter: text, position, ...(hint ? { hint } : {}) },
  })
}

function finding(error: CelError, text: string, declarations: Declarations): Finding {
  switch (error.code) {
    case 'unknown_variable':
      return unknownVariable(afterColon(error.summary), declarations)
    case 'no_such_key':
      return unknownField(error, declarations)
    case 'no_such_overload':
      return wrongTypes(afterColon(error.summary))
    case 'no_matching_overload':
      return wrongCall(error.summary)
    default:
      return notUnderstood(error, text)
  }
}

const afterColon = (summary: string): string => summary.slice(summary.indexOf(': ') + 2)

function unknownVariable(name: string, { variables }: Declarations): Finding {
  const names = Object.keys(variables)
  if (JOURNAL_ONLY.has(name)) return { what: `${name} is there for the lines of a journal only` }
  const meant = nearest(name, names)
  const hint = meant === null ? `known are ${names.join(', ')}` : `did you mean ${meant}?`
  return { what: `there is no ${name}`, hint }
}

function unknownField({ summary, node }: CelError, { types }: Declarations): Finding {
  const name = afterColon(summary)
  const owner = ownerOf(node)
  const fields = Object.keys(types.get(owner) ?? {})
  const meant = nearest(name, fields)
  const hint = meant === null ? `it has ${fields.join(', ')}` : `did you mean ${meant}?`
  const beyond = owner.startsWith('order') ? `; a field beyond the contract is dyn(${owner}).${name}` : ''
  return { what: `${owner} has no field ${name}`, hint: hint + beyond }
}

/** The name of the type whose field was asked for. */
function ownerOf(node: ASTNode | undefined): string {
  const [owner] = (node?.args ?? []) as unknown as [{ checkedType?: { name: string } } | undefined]
  return owner?.checkedType?.name ?? 'it'
}

const people = (types: string): string =>
  types
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll(/\b(double|int)\b/g, 'number')
    .replaceAll('bool', 'true or false')

function wrongTypes(overload: string): Finding {
  const hint = /Timestamp.*string|string.*Timestamp/.test(overload)
    ? 'write timestamp("2026-11-21T10:15:37Z")'
    : undefined
  return { what: `these do not go together: ${people(overload)}`, hint }
}

function wrongCall(summary: string): Finding {
  const call = /'(.*)'/.exec(summary)?.[1] ?? summary
  return { what: `there is no function for ${people(call)}` }
}

function notUnderstood({ summary, range }: CelError, text: string): Finding {
  const position = range?.start ?? 0
  const found = /^(<>|=|\w+)/.exec(text.slice(position))?.[0] ?? ''
  const word = WORDS[found.toLowerCase()]
  if (word) return { what: `"${found}" is not part of the language`, hint: `write ${word}` }
  if (summary.endsWith('EOF')) return { what: 'it ends too early' }
  return { what: summary.charAt(0).toLowerCase() + summary.slice(1) }
}
