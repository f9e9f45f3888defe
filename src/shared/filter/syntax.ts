/** The syntax tree of an expression, as far as we look into it. */

/** A node as the CEL library has it: an operation and what it is about, in any depth of lists. */
export interface Node {
  op: string
  args: unknown
}

export const isNode = (part: unknown): part is Node =>
  typeof part === 'object' && part !== null && 'op' in part

/** A variable of that name that the expression itself declares is taken for the order too. */
export const isOrder = (part: unknown): boolean => isNode(part) && part.op === 'id' && part.args === 'order'
