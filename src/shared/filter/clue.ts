/** What must stand in a line of a journal for an expression to be true of it, so that nobody has to read the others. */
import { isNode } from './syntax.js'

/**
 * A field with exactly that text, of whatever name, or one of that name with a number that is meant; all of some clues,
 * or any.
 */
export type Clue =
  | { sign: 'text'; text: string }
  | { sign: 'number'; field: string; isMeant: IsMeant }
  | { sign: 'all' | 'any'; of: readonly Clue[] }

type IsMeant = (value: number) => boolean

/** Variables with texts that stand in the line as they are, or in an object there. */
const TEXTS = new Set(['order', 'error', 'event_type', 'topic', 'key'])

/** Variables with numbers, and the fields that they stand in. */
const NUMBERS = new Map([
  ['partition', 'kafka_partition'],
  ['offset', 'kafka_offset'],
  ['size', 'message_size'],
  ['seq', 'seq'],
])

const COMPARISONS = new Map<string, (limit: number) => IsMeant>([
  ['==', (limit) => (value) => value === limit],
  ['<', (limit) => (value) => value < limit],
  ['<=', (limit) => (value) => value <= limit],
  ['>', (limit) => (value) => value > limit],
  ['>=', (limit) => (value) => value >= limit],
])

/** The same with the sides in the other order. */
const MIRRORED = new Map([
  ['==', '=='],
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
])

/**
 * Null where an expression may be true of a line that looks like any other.
 *
 * @param ast Of the whole expression.
 */
export function clueOf(ast: unknown): Clue | null {
  if (!isNode(ast) || !Array.isArray(ast.args)) return null
  const [one, other] = ast.args as [unknown, unknown]
  if (ast.op === '&&') return allOf([clueOf(one), clueOf(other)])
  if (ast.op === '||') return anyOf([clueOf(one), clueOf(other)])
  if (ast.op === 'in') return anyOf(itemsOf(other).map((item) => comparison('==', one, item)))
  return comparison(ast.op, one, other) ?? comparison(MIRRORED.get(ast.op), other, one)
}

/** What is known of one is enough to rule a line out. */
function allOf(clues: readonly (Clue | null)[]): Clue | null {
  const known = clues.filter((clue) => clue !== null)
  return known.length > 1 ? { sign: 'all', of: known } : (known[0] ?? null)
}

function anyOf(clues: readonly (Clue | null)[]): Clue | null {
  const known = clues.filter((clue) => clue !== null)
  return known.length > 0 && known.length === clues.length ? { sign: 'any', of: known } : null
}

function comparison(op: string | undefined, field: unknown, literal: unknown): Clue | null {
  const compare = COMPARISONS.get(op ?? '')
  const path = pathOf(field)
  const value = literalOf(literal)
  if (!compare || !path) return null
  const [root = '', ...names] = path
  if (typeof value === 'string') return op === '==' && TEXTS.has(root) ? { sign: 'text', text: value } : null
  const name = root === 'order' ? names.at(-1) : NUMBERS.get(root)
  return value === null || name === undefined
    ? null
    : { sign: 'number', field: name, isMeant: compare(value) }
}

/** `order.a.b` as its names; null for anything else. */
function pathOf(part: unknown): string[] | null {
  if (!isNode(part)) return null
  if (part.op === 'id') return [part.args as string]
  const [owner, name] = (part.op === '.' ? part.args : []) as [unknown, string]
  const path = pathOf(owner)
  return path && [...path, name]
}

const itemsOf = (part: unknown): unknown[] =>
  isNode(part) && part.op === 'list' ? (part.args as unknown[]) : [null]

/** A text or a number that is written down; null for anything else, and for a number that a double does not hold. */
function literalOf(part: unknown): string | number | null {
  if (!isNode(part)) return null
  if (part.op === '-_') {
    const value = literalOf(part.args)
    return typeof value === 'number' ? -value : null
  }
  const { args } = part.op === 'value' ? part : {}
  if (typeof args === 'bigint') return Number.isSafeInteger(Number(args)) ? Number(args) : null
  return typeof args === 'string' || typeof args === 'number' ? args : null
}
