/** What there is to say about one setting. */
import type { Parser } from './parsers.js'

export interface Definition<T> {
  /** Names in the environment, preferred first; the others are aliases. */
  env: readonly string[]
  /** Dotted path in orderscope.yaml. */
  yaml: string
  parse: Parser<T>
  default: T
  /** One line for `--help` and `config`. */
  about: string
  /** Name of the command line flag, where there is one. */
  flag?: string
  /** Never printed, never a flag; `<NAME>_FILE` names a file that holds it. */
  secret?: true
}

/** Keeps the type of a setting's value. */
export const define = <T>(definition: Definition<T>): Definition<T> => definition
