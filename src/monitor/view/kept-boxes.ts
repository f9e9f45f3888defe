/** Which box of a list a row is drawn in: what has gone from the list leaves its box to what has come. */
import { useRef } from 'react'

/**
 * Gives each row of a list the key of a box. A row keeps its key for as long as it is there; a new one gets that of a row
 * that has gone, so that under load boxes are written over rather than made and laid out anew.
 *
 * @param names What rows are told apart by; each once.
 */
export function useBoxKeys(names: readonly string[]): readonly number[] {
  const kept = useRef<ReadonlyMap<string, number>>(new Map())
  const keys = boxKeys(kept.current, names)
  kept.current = keys
  return names.map((name) => keys.get(name) as number)
}

/** The keys of `names` in their order, where those in `before` had theirs. */
export function boxKeys(
  before: ReadonlyMap<string, number>,
  names: readonly string[],
): ReadonlyMap<string, number> {
  const free = new Set(names.keys())
  for (const name of names) {
    const key = before.get(name)
    if (key !== undefined) free.delete(key)
  }
  const unused = [...free].values()
  return new Map(names.map((name) => [name, before.get(name) ?? (unused.next().value as number)]))
}
