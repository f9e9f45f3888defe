/** `--fields`: parts of a record by the names that `--where` uses. */
import { type FilterSubject, fieldNames, nearest } from '../shared/filter/filter.js'
import { refuseFlags } from '../shared/runtime/flags.js'

export interface Field {
  /** As it was written. */
  name: string
  path: string[]
}

/**
 * The field of that name; what lies below `order` is up to the record.
 * @throws {SuiteError} `configuration` (78) for a first part that no record has.
 */
export function fieldNamed(name: string): Field {
  const path = name.split('.')
  const [first = ''] = path
  const known = fieldNames('topic')
  if (known.includes(first)) return { name, path }
  const meant = nearest(first, known)
  return refuseFlags(
    `--fields: there is no "${name}"; ${meant === null ? `known are ${known.join(', ')}` : `did you mean ${meant}?`}`,
  )
}

/** Its value, ready for JSON; null where the record has none. */
export function fieldValue(subject: FilterSubject, { path }: Field): unknown {
  let value: unknown = subject
  for (const [depth, part] of path.entries()) {
    // The variables of a subject are getters; below them only what the record itself holds counts.
    value = depth === 0 ? Reflect.get(subject, part) : own(value, part)
    if (value === undefined || value === null) return null
  }
  return value instanceof Map ? Object.fromEntries(value) : value
}

function own(holder: unknown, part: string): unknown {
  if (holder instanceof Map) return holder.get(part)
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, part)) return null
  return (holder as Record<string, unknown>)[part]
}
