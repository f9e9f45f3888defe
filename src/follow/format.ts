/** Turns a match into what is printed for it, its line feed included. */
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'
import { type Field, fieldValue } from './fields.js'
import type { FollowPlan } from './follow-options.js'
import type { Match } from './match.js'
import { type PrettyOptions, prettyLine } from './pretty.js'
import { recordJson } from './record-json.js'

export interface Surroundings extends PrettyOptions {
  /** A terminal gets what a record holds in escapes; a file or a pipe gets the bytes. */
  isTerminal: boolean
}

export type Formatter = (match: Match) => Buffer

export function formatterFor({ format, fields }: FollowPlan, surroundings: Surroundings): Formatter {
  const { isTerminal } = surroundings
  const line = (text: string): Buffer =>
    Buffer.from(`${isTerminal && format !== 'pretty' ? escapeTerminalText(text) : text}\n`)
  if (format === 'ndjson') {
    return (match) => line(fields ? JSON.stringify(picked(match, fields)) : recordJson(match))
  }
  if (format === 'raw') {
    return ({ record }) => {
      const value = record.value ?? Buffer.alloc(0)
      return isTerminal ? line(value.toString('utf8')) : Buffer.concat([value, Buffer.from('\n')])
    }
  }
  if (fields) {
    return (match) => line(fields.map((field) => shown(fieldValue(match.subject, field))).join('  '))
  }
  return (match) => line(prettyLine(match, surroundings))
}

const picked = ({ subject }: Match, fields: Field[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field.name, fieldValue(subject, field)]))

/** For people: texts as they are but safe, everything else as JSON. */
function shown(value: unknown): string {
  if (value === null) return '–'
  const text = typeof value === 'string' ? value : JSON.stringify(value).replace(/^"(.*)"$/, '$1')
  return escapeTerminalText(text)
}
