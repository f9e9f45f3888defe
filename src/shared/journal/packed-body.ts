/**
 * The body of an accepted record's line, made in WebAssembly of the record's fields as Kafka packs them: a fifth of what it takes in
 * JavaScript, where each key, header and number is a piece of its own.
 *
 * Its source is `packed-body.wat`, and a test assembles that again and compares. Whatever is not plain is left to `record.ts`,
 * which would write the same.
 */
import { instanceOf, type WebMemory } from '../contract/web-assembly.js'
import type { LineBytes } from './line-bytes.js'
import { headText, timestampText } from './record.js'

/** What `packed-body.wat` assembles to, in base64. */
export const PACKED_BODY_CODE = [
  'AGFzbQEAAAABKAZgAAF/YAN/f38Bf2ACf38Bf2ABfwF/YAJ/fgF/YAd/f3x/f39/AX8DCgkAAQIDBAIDAwUFAwEACAYMAn8AQaABC38BQQALBxEC',
  'Bm1lbW9yeQIABGJvZHkACAqMBQlAAQN/A0AjAS0AACEAIwFBAWokASACIABB/wBxIAF0ciECIAFBB2ohASAAQYABTw0ACyACQQF2QQAgAkEBcWtz',
  'CxEAIAAgASAC/AoAACAAIAJqCw4AIAAgAToAACAAQQFqCxEAIABBECgCADYCACAAQQRqC0ECAX8BfiMAIQIDQCABQgqAIQMgAkEBayECIAIgASAD',
  'Qgp+fUIwfDwAACADIQEgAUIAUg0ACyAAIAIjACACaxABC50BAgF7A38gAEEiEAIhACMBIQQgASEFA0AgBP0AAAAhAiAAIAL9CwAAIAJBIP0P/SYg',
  'AkH+AP0P/Sj9UCACQSL9D/0jIAJB3AD9D/0j/VD9UP1kIQMgBUEQSwRAIAMEQEF/DwsgBEEQaiEEIABBEGohACAFQRBrIQUMAQsLIANBASAFdEEB',
  'a3EEQEF/DwsgBCAFaiQBIAAgBWpBIhACCxsBAX8QACEBIAFBAEgEQCAAEAMPCyAAIAEQBQtzAQJ/EAAhASABQQBMBEAgAA8LA0AQACECIAJBAEgE',
  'QEF/DwsgAEHbABACIAIQBSEAIABBf0YEQEF/DwsgAEEsEAIQBiEAIABBf0YEQEF/DwsgAEHdABACIQAgAUEBayEBIAEEQCAAQSwQAiEADAELCyAA',
  'C6QBAQJ/IAYgACABEAEhBiAGIAKxEAQhBiAGQSwQAiEGIAYgAyAEEAEhBiAFJAEgBkEAQQwQARAGIQYgBkF/RgRAQX8PCxAAIQcgB0EASARAQX8P',
  'CyMBIQggCCAHaiQBIAZBIEESEAEQByEGIAZBf0YEQEF/DwsgBkHAAEEREAEhBiAGIAetEAQhBiAGQeAAQSIQASEGIAYgCCAHEAEhBiAGQSwQAgsL',
  'cQUAQQALDCJrYWZrYV9rZXkiOgBBEAsEbnVsbABBIAsSLCJrYWZrYV9oZWFkZXJzIjpbAEHAAAsRXSwibWVzc2FnZV9zaXplIjoAQeAACyIsImRl',
  'c2VyaWFsaXplZCI6dHJ1ZSwib3JkZXJfZnVsbCI6',
].join('')

/** Where something stands, and how long it is. */
type Bounds = [at: number, bytes: number]

interface Exports {
  memory: WebMemory
  /** Where the body ends that it writes at `to`, or -1. */
  body(
    ...[head, headBytes, offset, time, timeBytes, fields, to]: [...Bounds, number, ...Bounds, number, number]
  ): number
}

const PAGE_BYTES = 64 * 1024
/** Behind the constants of the program. */
const TIME_AT = 256
/** Kafka's names of topics have 249 characters at most. */
const HEAD_AT = 512
const FIELDS_AT = PAGE_BYTES
/** Fields are read 16 bytes behind their end. */
const FIELDS_BYTES_MAX = PAGE_BYTES - 16
/** Where a body goes; it is five times as long as the fields at most, because a header is `["",null],` for two bytes. */
const BODY_AT = 2 * PAGE_BYTES

/** Of an accepted record whose payload stands in the line as it came. */
export interface PackedRecordPlace {
  offset: number
  /** As in `IncomingRecord`. */
  timestampMs: string
  /** Where its fields begin and end. */
  memoryStart: number
  memoryEnd: number
}

export class PackedBodies {
  readonly #program = instanceOf<Exports>(PACKED_BODY_CODE)
  readonly #memory = Buffer.from(this.#program.memory.buffer)
  #headBytes = 0
  #timestampMs = ''
  #timeBytes = 0

  /** Begins with records of a partition. */
  begin(topic: string, partition: number): void {
    const eventType = 'message.received'
    this.#headBytes = this.#memory.write(headText({ topic, partition, eventType }), HEAD_AT)
  }

  /** Adds the body of a record whose fields stand in `memory`; false, and nothing is added, where it is long or not plain. */
  write(
    to: LineBytes,
    memory: Buffer,
    { offset, timestampMs, memoryStart, memoryEnd }: PackedRecordPlace,
  ): boolean {
    if (memoryEnd - memoryStart > FIELDS_BYTES_MAX) return false
    this.#writeTime(timestampMs)
    memory.copy(this.#memory, FIELDS_AT, memoryStart, memoryEnd)
    const [head, time] = [this.#headBytes, this.#timeBytes]
    const end = this.#program.body(HEAD_AT, head, offset, TIME_AT, time, FIELDS_AT, BODY_AT)
    if (end === -1) return false
    to.bytes(this.#memory, BODY_AT, end)
    return true
  }

  /** Records of one batch often share a time. */
  #writeTime(timestampMs: string): void {
    if (timestampMs === this.#timestampMs) return
    this.#timestampMs = timestampMs
    this.#timeBytes = this.#memory.write(`${timestampText(timestampMs)},`, TIME_AT)
  }
}
