/**
 * The walk over JSON text in WebAssembly, 16 bytes at a step where there are so many: a third of what the same loops take
 * in JavaScript.
 *
 * Its source is `json-walk.wat`, and a test assembles that again and compares: nothing here is to be taken on trust.
 */

/** What `json-walk.wat` assembles to, in base64. */
export const JSON_WALK_CODE = [
  'AGFzbQEAAAABDAJgAX8Bf2ACf38BfwMMCwAAAAAAAAAAAAEABQMBABEHKQMGbWVtb3J5AgAQcGxhaW5fc3RyaW5nX2VuZAABCXZh',
  'bHVlX2VuZAAKCvQHC0cCAXsBfwN/IAD9AAAAIQEgAUEg/Q/9JiABQSL9D/0jIAFB3AD9D/0j/VD9UP1kIQIgAkUEQCAAQRBqIQAM',
  'AQsgACACaGoLCykAIAAtAABBIkcEQEF/DwsgAEEBahAAIQAgAEEBakF/IAAtAABBIkYbC1UBAX8gAC0AAEEiRwRAQX8PCyAAQQFq',
  'IQADQCAAEAAhACAALQAAIQEgAUEiRgRAIABBAWoPCyABQdwARwRAQX8PCyAAQQFqEAMhACAAQX9HDQALQX8LjwEBAn8gAC0AACEB',
  'IABBAWohACABQfUARwRAIABBfyABQSJGIAFB3ABGciABQS9GIAFB4gBGcnIgAUHmAEYgAUHuAEZyIAFB8gBGIAFB9ABGcnJyGw8L',
  'A0AgAC0AACEBIAEQBCABQSByQeEAa0EGSXJFBEBBfw8LIABBAWohACACQQFqIQIgAkEESQ0ACyAACwoAIABBMGtBCkkLJwEBfwN/',
  'IAAtAAAhASABQSBGIAFBCUZyBEAgAEEBaiEADAELIAALCy4AIAAQAiEAIABBf0YEQEF/DwsgABAFIQAgAC0AAEE6RwRAQX8PCyAA',
  'QQFqEAULGgADfyAALQAAEAQEQCAAQQFqIQAMAQsgAAsLqgEBAn8gAC0AAEEtRgRAIABBAWohAAsgACEBIAEQByEAIAAgAUYEQEF/',
  'DwsgAS0AAEEwRiAAIAFBAWpLcQRAQX8PCyAALQAAQS5GBEAgAEEBaiEBIAEQByEAIAAgAUYEQEF/DwsLIAAtAABBIHJB5QBHBEAg',
  'AA8LIABBAWohASABLQAAIQIgAkErRiACQS1GcgRAIAFBAWohAQsgARAHIQBBfyAAIAAgAUYbC2AAIAFB9ABGBEAgAEEEakF/IAAo',
  'AABB9OTVqwZGGw8LIAFB7gBGBEAgAEEEakF/IAAoAABB7uqx4wZGGw8LIAFB5gBGBEAgAEEFakF/IAAoAAFB4djNqwZGGw8LIAAQ',
  'CAuOAgIBfgN/A0AgAC0AACEDAkAgA0EiRgRAIAAQAiEADAELIANB+wBHIANB2wBHcQRAIAAgAxAJIQAMAQsgAkHAAEYEQEF/Dwsg',
  'AkEBaiECIAFCAYYgA0HbAEathCEBIABBAWoQBSEAIAAtAAAgA0ECakYNACADQfsARgRAIAAQBiEAIABBf0YEQEF/DwsLDAELIABB',
  'f0YEQEF/DwsDQCACRQRAIAAPCyAAEAUhACAALQAAIQNB3QBB/QAgAUIBg6cbIQQgAyAERgRAIAFCAYghASACQQFrIQIgAEEBaiEA',
  'DAELIANBLEcEQEF/DwsgAEEBahAFIQAgBEHdAEYNASAAEAYhACAAQX9HDQELC0F/Cw==',
].join('')

/** The functions and the memory that they walk over; -1 is where no such thing stands at `at`. */
export interface JsonWalk {
  memory: { buffer: ArrayBuffer }
  plain_string_end(at: number): number
  value_end(at: number): number
}

/** Only what is used here: its types come with those of browsers. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object
  Instance: new (module: object) => { exports: unknown }
}

/** The longest text that its memory takes, bytes. */
export const WALK_BYTES_MAX = 1024 * 1024

/** One of its own, with its own memory. */
export function jsonWalk(): JsonWalk {
  const code = new WebAssembly.Module(Buffer.from(JSON_WALK_CODE, 'base64'))
  return new WebAssembly.Instance(code).exports as JsonWalk
}
