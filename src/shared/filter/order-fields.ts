/** Which fields of the order an expression looks at, so that nobody has to parse the others. */
import { isNode, isOrder } from './syntax.js'

/**
 * Names of the first level, each once; null where the expression takes the order as a whole, or may do so.
 *
 * @param ast Of the whole expression.
 */
export function orderFields(ast: unknown): string[] | null {
  const fields = new Set<string>()
  return areOnly(fields, ast) ? [...fields] : null
}

/** Adds the fields that a part of the tree looks at; false where it looks at more. */
function areOnly(fields: Set<string>, part: unknown): boolean {
  if (Array.isArray(part)) return part.every((each) => areOnly(fields, each))
  if (!isNode(part)) return true
  if (isOrder(part)) return false
  const [owner, field] = (part.op === '.' ? part.args : []) as [unknown, unknown]
  if (!isOrder(owner)) return areOnly(fields, part.args)
  if (typeof field !== 'string') return false
  fields.add(field)
  return true
}
