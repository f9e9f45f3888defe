/** Which texts must stand in an order that meets an expression, so that nobody has to look into those without them. */
import { isNode, isOrder } from './syntax.js'

/**
 * Values of which each is that of a text in every order that the expression is true for; in JSON it stands there between
 * quotes, unless something in it is escaped.
 *
 * @param ast Of the whole expression.
 */
export function requiredTexts(ast: unknown): string[] {
  if (!isNode(ast) || !Array.isArray(ast.args)) return []
  const [one, other] = ast.args as [unknown, unknown]
  if (ast.op === '&&') return [...requiredTexts(one), ...requiredTexts(other)]
  if (ast.op !== '==') return []
  const text = textOf(one) ?? textOf(other)
  return text !== null && (isInOrder(one) || isInOrder(other)) ? [text] : []
}

const textOf = (part: unknown): string | null =>
  isNode(part) && part.op === 'value' && typeof part.args === 'string' ? part.args : null

/** True for `order.a`, `order.a.b` and so on. */
function isInOrder(part: unknown): boolean {
  if (!isNode(part) || part.op !== '.' || !Array.isArray(part.args)) return false
  const [owner] = part.args as [unknown]
  return isOrder(owner) || isInOrder(owner)
}
