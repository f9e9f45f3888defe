/**
 * The body of an accepted record's line, made in WebAssembly of the record's fields as Kafka packs them: a fifth of what it takes in
 * JavaScript, where each key, header and number is a piece of its own.
 *
 * Its source is `packed-body.wat`, and a test assembles that again and compares. Whatever is not plain is left to `record.ts`,
 * which would write the same.
 */
import { instanceOf, type WebMemory } from '../contract/web-assembly.js'
import { LineBytes } from './line-bytes.js'
import { headText, timestampText } from './record.js'

/** What `packed-body.wat` assembles to, in base64. */
export const PACKED_BODY_CODE = [
  'AGFzbQEAAAABKAZgAAF/YAN/f38Bf2ACf38Bf2ABfwF/YAJ/fgF/YAd/f3x/f39/AX8DCgkAAQIDBAIDAwUFAwEAEAYMAn8AQaABC38BQQALBxEC',
  'Bm1lbW9yeQIABGJvZHkACAqrBQlIAQR/IwEhAANAIAAtAAAhASAAQQFqIQAgAyABQf8AcSACdHIhAyACQQdqIQIgAUGAAU8NAAsgACQBIANBAXZB',
  'ACADQQFxa3MLEQAgACABIAL8CgAAIAAgAmoLDgAgACABOgAAIABBAWoLEQAgAEEQKAIANgIAIABBBGoLQQIBfwF+IwAhAgNAIAFCCoAhAyACQQFr',
  'IQIgAiABIANCCn59QjB8PAAAIAMhASABQgBSDQALIAAgAiMAIAJrEAELqQECAXsCfyAAQSI6AAAgAEEBaiEAIwEhBCAEIAFqJAEDQCAE/QAAACEC',
  'IAAgAv0LAAAgAkEg/Q/9JSACQf8A/Q/9I/1QIAJBIv0P/SMgAkHcAP0P/SP9UP1Q/WQhAyABQRBLBEAgAwRAQX8PCyAEQRBqIQQgAEEQaiEAIAFB',
  'EGshAQwBCwsgA0EBIAF0QQFrcQRAQX8PCyAAIAFqIQAgAEEiOgAAIABBAWoLGwEBfxAAIQEgAUEASARAIAAQAw8LIAAgARAFC34BAn8QACEBIAFB',
  'AEwEQCAADwsDQBAAIQIgAkEASARAQX8PCyAAQdsAOgAAIABBAWogAhAFIQAgAEF/RgRAQX8PCyAAQSw6AAAgAEEBahAGIQAgAEF/RgRAQX8PCyAA',
  'Qd3YADsBACAAQQJqIQAgAUEBayEBIAENAAsgAEEBawukAQECfyAGIAAgARABIQYgBiACsRAEIQYgBkEsEAIhBiAGIAMgBBABIQYgBSQBIAZBAEEM',
  'EAEQBiEGIAZBf0YEQEF/DwsQACEHIAdBAEgEQEF/DwsjASEIIAggB2okASAGQSBBEhABEAchBiAGQX9GBEBBfw8LIAZBwABBERABIQYgBiAHrRAE',
  'IQYgBkHgAEEiEAEhBiAGIAggBxABIQYgBkEsEAILC3EFAEEACwwia2Fma2Ffa2V5IjoAQRALBG51bGwAQSALEiwia2Fma2FfaGVhZGVycyI6WwBB',
  'wAALEV0sIm1lc3NhZ2Vfc2l6ZSI6AEHgAAsiLCJkZXNlcmlhbGl6ZWQiOnRydWUsIm9yZGVyX2Z1bGwiOg==',
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
const WINDOW_AT = PAGE_BYTES
/** Fields are read 16 bytes behind their end. */
const WINDOW_BYTES = 2 * PAGE_BYTES - 16
/** Where bodies go, one behind the other. */
const BODIES_AT = 3 * PAGE_BYTES
const BODIES_END = 16 * PAGE_BYTES
/** How many times as long as its fields a body is at most, because a header is `["",null],` for two bytes; */
const BODY_FACTOR_MAX = 5
/** and what stands in it besides, with the 16 bytes that are written behind it. */
const AROUND_FIELDS_BYTES_MAX = 4096

/** Of an accepted record whose payload stands in the line as it came. */
export interface PackedRecordPlace {
  offset: number
  /** As in `IncomingRecord`. */
  timestampMs: string
  /** Where its fields begin and end in the window. */
  from: number
  to: number
}

export class PackedBodies {
  readonly #program = instanceOf<Exports>(PACKED_BODY_CODE)
  readonly #memory = Buffer.from(this.#program.memory.buffer)
  /** To be filled with fields of records. */
  readonly window = this.#memory.subarray(WINDOW_AT, WINDOW_AT + WINDOW_BYTES)
  #lines = new LineBytes(Buffer.alloc(0))
  /** Where the next body goes. */
  #at = BODIES_AT
  #headBytes = 0
  #timestampMs = ''
  #timeBytes = 0

  /** Begins with records of a partition, of which the bodies go to `lines`. */
  begin(lines: LineBytes, { topic, partition }: { topic: string; partition: number }): void {
    const eventType = 'message.received'
    this.#headBytes = this.#memory.write(headText({ topic, partition, eventType }), HEAD_AT)
    this.#lines = lines
    this.#at = BODIES_AT
  }

  /** Adds the body of a record whose fields stand in the window; false, and nothing is added, where it is not plain. */
  write({ offset, timestampMs, from, to }: PackedRecordPlace): boolean {
    if (this.#at + (to - from) * BODY_FACTOR_MAX + AROUND_FIELDS_BYTES_MAX > BODIES_END) this.flush()
    this.#writeTime(timestampMs)
    const [head, time] = [this.#headBytes, this.#timeBytes]
    const end = this.#program.body(HEAD_AT, head, offset, TIME_AT, time, WINDOW_AT + from, this.#at)
    if (end === -1) return false
    this.#at = end
    return true
  }

  /** Leaves `count` bytes, no more than a line takes besides its body. */
  leave(count: number): void {
    if (this.#at + count > BODIES_END) this.flush()
    this.#at += count
  }

  /** Where what was added last ends among the lines, to which it may yet have to go. */
  get end(): number {
    return this.#lines.at + this.#at - BODIES_AT
  }

  /** Has all bodies go to the lines: before anything else does, and at the end. */
  flush(): void {
    this.#lines.bytes(this.#memory, BODIES_AT, this.#at)
    this.#at = BODIES_AT
  }

  /** Records of one batch often share a time. */
  #writeTime(timestampMs: string): void {
    if (timestampMs === this.#timestampMs) return
    this.#timestampMs = timestampMs
    this.#timeBytes = this.#memory.write(`${timestampText(timestampMs)},`, TIME_AT)
  }
}
