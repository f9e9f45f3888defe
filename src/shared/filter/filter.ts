/**
 * The one filter language of monitor, follow and `journal cat`: CEL over the fields of a record.
 *
 * An expression is checked against the contract before it is used. What it cannot be evaluated on (a field that is
 * missing, a value of another type) does not match, and is counted, so that nobody takes silence for an answer.
 */
import { type Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js'
import { type Clue, clueOf } from './clue.js'
import { type Declarations, declarationsFor, type FilterSource } from './declarations.js'
import { checkingEnvironment, evaluatingEnvironment } from './environment.js'
import { type CelError, explain, filterError } from './explain.js'
import { orderFields } from './order-fields.js'
import type { FilterSubject } from './subject.js'

export { type FilterSource, fieldNames } from './declarations.js'
export { EntrySubject } from './entry-subject.js'
export { nearest } from './nearest.js'
export type { FilterSubject } from './subject.js'

export interface Filter {
  readonly text: string
  /** Records that it could not be evaluated on so far; none of them matched. */
  readonly notEvaluated: number
  /** The fields of the order that it looks at; null where it takes the order as a whole. */
  readonly orderFields: string[] | null
  /** What stands in every line of a journal that it is true of. */
  readonly clue: Clue | null
  matches(subject: FilterSubject): boolean
}

/** What an expression may answer; `dyn` shows only when it is evaluated. */
const ANSWERS = new Set(['bool', 'dyn'])

let evaluating: Environment | undefined
/** An expression is checked with every key that is typed. */
const checking = new Map<FilterSource, { declarations: Declarations; environment: Environment }>()

function checkingFor(source: FilterSource): { declarations: Declarations; environment: Environment } {
  let known = checking.get(source)
  if (!known) {
    const declarations = declarationsFor(source)
    known = { declarations, environment: checkingEnvironment(declarations) }
    checking.set(source, known)
  }
  return known
}

/**
 * Compiles an expression about records of `source`.
 *
 * @example compileFilter('order.total > 50 && order.customer_info.loyalty_level == "gold"', { source: 'topic' })
 * @throws {SuiteError} `filter_invalid` (78) with the place, and what was probably meant.
 */
export function compileFilter(text: string, { source }: { source: FilterSource }): Filter {
  const { declarations, environment } = checkingFor(source)
  const checked = environment.check(text)
  if (!checked.valid) throw explain(checked.error as unknown as CelError, text, declarations)
  if (!ANSWERS.has(checked.type ?? 'dyn')) {
    const what = `it answers a ${checked.type} and not true or false`
    throw filterError({ what, hint: 'compare it with something', text, position: 0 })
  }
  evaluating ??= evaluatingEnvironment()
  const evaluate = evaluating.parse(text)
  let notEvaluated = 0
  return {
    text,
    orderFields: orderFields(evaluate.ast),
    clue: clueOf(evaluate.ast),
    get notEvaluated() {
      return notEvaluated
    },
    matches(subject) {
      const answer = answerOrError(evaluate, subject)
      if (typeof answer === 'boolean') return answer
      const isRiddle = !(answer instanceof EvaluationError && isAboutNoError(answer, subject))
      if (subject.isRecord && isRiddle) notEvaluated += 1
      return false
    },
  }
}

/** What the library cannot evaluate is an answer here; anything else that is thrown is a bug. */
function answerOrError(evaluate: ParseResult, subject: FilterSubject): unknown {
  try {
    return evaluate(subject as unknown as Record<string, unknown>)
  } catch (error) {
    if (error instanceof EvaluationError) return error
    throw error
  }
}

/** An accepted record has no error to look into: `error.code == "not_json"` is false there and not a riddle. */
function isAboutNoError({ code, node }: EvaluationError, { error }: FilterSubject): boolean {
  if (error !== null || code !== 'no_such_key') return false
  const [owner] = (node?.args ?? []) as unknown as [{ op?: string; args?: unknown } | undefined]
  return owner?.op === 'id' && owner.args === 'error'
}
