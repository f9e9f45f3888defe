/**
 * What somebody wants to look at in an order, as the walk is told of it, and the order made of what the walk found: the
 * wanted fields as a parser would give them, and no others.
 */
import { type Form, isPropertyName, PROPERTIES_MAX, type WalkTable } from '../../contract/walk-table.js'

/** Of each name all that it holds; or of an object, or of each object in an array, some of it. */
export interface WantedFields {
  readonly [name: string]: 'whole' | WantedFields | readonly [WantedFields]
}
type Wanted = WantedFields[string]

/** A name has a note, and what an array of that name holds has another. */
export const NOTES_MAX = 2 * PROPERTIES_MAX

/** All of what these names hold; null stands for the whole order. */
export const wholeFields = (names: readonly string[] | null): WantedFields | null =>
  names && Object.fromEntries(names.map((name) => [name, 'whole']))

/** What a note stands for. */
interface Place {
  is: 'whole' | 'object' | 'array'
  /** In an object; of what an array holds it is null. */
  name: string | null
  /** Note of what it is in; -1 for the order itself. */
  parent: number
}

type Holder = Record<string, unknown> | unknown[]

/** What stands for the items of an array in a path of the walk. */
const ITEMS = '*'

export class OrderFields {
  /** Of an order that is walked over. */
  readonly form: Form
  /** By note. */
  readonly #places: Place[] = []
  readonly #notes = new Map<string, number>()
  /** By note, the object or array that was made last. */
  readonly #holders: Holder[] = []

  /** @param wanted {@link OrderFields.knows} them. */
  constructor(wanted: WantedFields) {
    this.form = this.#objectForm(wanted, [])
  }

  /** True where these are few and have names that the walk looks for. */
  static knows(wanted: WantedFields): boolean {
    const names = namesIn(wanted)
    return (
      names.length < PROPERTIES_MAX && names.every((name) => isPropertyName(name) && name !== '__proto__')
    )
  }

  /** The note of the value at this path in the order, less than {@link NOTES_MAX}; -1 for none. */
  noteOf(path: readonly string[]): number {
    return this.#notes.get(keyOf(path)) ?? -1
  }

  /** The order, of what the table tells from one index to another. Other notes are passed over. */
  read(table: WalkTable, from: number, to: number): Record<string, unknown> {
    const order: Record<string, unknown> = {}
    for (let index = from; index < to; index += 1) {
      const note = table.note(index)
      const place = this.#places[note]
      if (!place) continue
      const value = place.is === 'whole' ? table.parsed(index) : place.is === 'array' ? [] : {}
      const holder = place.parent === -1 ? order : this.#holders[place.parent]
      if (place.name === null) (holder as unknown[]).push(value)
      else (holder as Record<string, unknown>)[place.name] = value
      if (place.is !== 'whole') this.#holders[note] = value as Holder
    }
    return order
  }

  #objectForm(wanted: WantedFields, path: readonly string[], parent = -1): Form {
    const properties = Object.entries(wanted).map(([name, each]) => {
      const place = { name, parent, is: isOf(each) }
      return [name, this.#formOf(each, [...path, name], place)] as const
    })
    return { type: 'object', properties: Object.fromEntries(properties) }
  }

  #formOf(wanted: Wanted, path: readonly string[], place: Place): Form {
    const note = this.#places.push(place) - 1
    this.#notes.set(keyOf(path), note)
    if (wanted === 'whole') return {}
    if (!isList(wanted)) return this.#objectForm(wanted, path, note)
    const items = this.#formOf(wanted[0], [...path, ITEMS], { name: null, parent: note, is: 'object' })
    return { type: 'array', items }
  }
}

const isList = (wanted: Wanted): wanted is readonly [WantedFields] => Array.isArray(wanted)

const isOf = (wanted: Wanted): Place['is'] =>
  wanted === 'whole' ? 'whole' : isList(wanted) ? 'array' : 'object'

function namesIn(wanted: WantedFields): string[] {
  return Object.entries(wanted).flatMap(([name, each]) => [
    name,
    ...(each === 'whole' ? [] : namesIn(isList(each) ? each[0] : each)),
  ])
}

const keyOf = (path: readonly string[]): string => JSON.stringify(path)
