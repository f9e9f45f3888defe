/**
 * The two environments of the CEL library that a filter lives in: one checks, one evaluates.
 *
 * The checking one knows the contract's types, so that a mistyped field is an error before anything is read. The
 * evaluating one takes a record as it is: a topic holds what the contract forbids, and there a wrong type must not
 * be believed.
 */
import { Environment } from '@marcbachmann/cel-js'
import { type Declarations, TIMESTAMP } from './declarations.js'

const OPTIONS = { homogeneousAggregateLiterals: false }

type Arithmetic = (a: number, b: number) => number

const ARITHMETIC: Record<string, Arithmetic> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
}

type Numeric = number | bigint

/** Makes whole numbers of an expression go with the numbers of a record, which CEL keeps apart. */
function mixNumbers(environment: Environment): Environment {
  // Also declares the other order and `!=`.
  environment.registerOperator('double == int', (a: Numeric, b: Numeric) => a >= b && a <= b)
  for (const [operator, compute] of Object.entries(ARITHMETIC)) {
    const mixed = (a: Numeric, b: Numeric): number => compute(Number(a), Number(b))
    environment.registerOperator(`double ${operator} int: double`, mixed)
    environment.registerOperator(`int ${operator} double: double`, mixed)
  }
  environment.registerOperator('double % double', ARITHMETIC['%'] as Arithmetic)
  return environment
}

/** Finds what is wrong with an expression by the types that `declarations` tell. */
export function checkingEnvironment({ variables, types }: Declarations): Environment {
  const environment = mixNumbers(new Environment(OPTIONS))
  for (const [name, fields] of types) environment.registerType(name, { fields })
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type)
  // Checked only: evaluating compares whatever comes.
  const unused = (): boolean => false
  environment.registerOperator('double in list<int>', unused)
  environment.registerOperator('int in list<double>', unused)
  for (const type of ['error', TIMESTAMP]) environment.registerOperator(`${type} == null`, unused)
  return environment
}

/** Evaluates what was checked, on values of whatever type they are. */
export const evaluatingEnvironment = (): Environment =>
  mixNumbers(new Environment({ ...OPTIONS, unlistedVariablesAreDyn: true }))
