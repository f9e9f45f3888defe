/**
 * Verdicts on the records of a batch, packed for the way from one thread to another.
 *
 * Nearly every record is an order that is accepted and stands in its line as it came: of those, the type and the time
 * are enough, and they go in two arrays. Anything else is rare and goes whole.
 */
import type { Ruling } from '../../shared/contract/verdict.js'

export interface PackedRulings {
  /** By record: 0 for one of `others`, else 1 + index into `eventTypes`. */
  kinds: Uint8Array<ArrayBuffer>
  /** By record: milliseconds since 1970, NaN for none. */
  eventTimesMs: Float64Array<ArrayBuffer>
  eventTypes: (string | null)[]
  /** By index of the record. */
  others: Map<number, Ruling>
}

const KINDS_MAX = 255

/** Of `count` records, none of which is judged yet. */
export const noRulings = (count: number): PackedRulings => ({
  kinds: new Uint8Array(count),
  eventTimesMs: new Float64Array(count).fill(Number.NaN),
  eventTypes: [],
  others: new Map(),
})

/** The verdict on the record at `index`. */
export function rulingAt(packed: PackedRulings, index: number): Ruling {
  const kind = packed.kinds[index] ?? 0
  if (kind === 0) return packed.others.get(index) as Ruling
  const eventTimeMs = packed.eventTimesMs[index] as number
  return {
    deserialized: true,
    orderText: null,
    rejection: null,
    eventType: packed.eventTypes[kind - 1] ?? null,
    eventTimeMs: Number.isNaN(eventTimeMs) ? null : eventTimeMs,
  }
}

/** Takes the verdict on the record at `index`. */
export function addRuling(packed: PackedRulings, index: number, ruling: Ruling): void {
  const kind = kindOf(packed.eventTypes, ruling)
  if (!ruling.deserialized || kind === 0) {
    packed.others.set(index, withoutPayload(ruling))
    return
  }
  packed.kinds[index] = kind
  if (ruling.eventTimeMs !== null) packed.eventTimesMs[index] = ruling.eventTimeMs
}

/** True of a record that was accepted, and whose payload stands in the line as it came. */
export const isPlain = (ruling: Ruling): ruling is Ruling & { deserialized: true } =>
  ruling.deserialized && ruling.rejection === null && ruling.orderText === null

/** 0 where the verdict has to go whole. */
function kindOf(eventTypes: (string | null)[], ruling: Ruling): number {
  if (!isPlain(ruling)) return 0
  const known = eventTypes.indexOf(ruling.eventType)
  if (known !== -1) return known + 1
  return eventTypes.length === KINDS_MAX ? 0 : eventTypes.push(ruling.eventType)
}

/** A verdict is a ruling and more: the payload is many times as large as its bytes. */
function withoutPayload(ruling: Ruling): Ruling {
  if (!ruling.deserialized) return ruling
  const { deserialized, orderText, rejection, eventType, eventTimeMs } = ruling
  return { deserialized, orderText, rejection, eventType, eventTimeMs }
}
