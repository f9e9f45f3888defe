/** Bytes of a terminal become keys, however they are torn; what is no key never becomes one. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  InputDecoder,
  type InputEvent,
  PASTE_UNITS_MAX,
} from '../../../../src/monitor/terminal/input-decoder.js'

/** Bytes that a key sends, and its name. */
const KEYS: [bytes: string, key: string][] = [
  ['j', 'j'],
  ['G', 'G'],
  ['é', 'é'],
  ['注', '注'],
  ['🙂', '🙂'],
  [' ', 'space'],
  ['\r', 'enter'],
  ['\t', 'tab'],
  ['\u007f', 'backspace'],
  ['\u0003', 'ctrl+c'],
  ['\u001a', 'ctrl+z'],
  ['\u001b[A', 'up'],
  ['\u001bOB', 'down'],
  ['\u001b[1;5C', 'ctrl+right'],
  ['\u001b[Z', 'shift+tab'],
  ['\u001b[3~', 'delete'],
  ['\u001b[5~', 'pageup'],
  ['\u001b[6;2~', 'shift+pagedown'],
  ['\u001b[H', 'home'],
  ['\u001b[4~', 'end'],
  ['\u001bOP', 'f1'],
  ['\u001b[24~', 'f12'],
  ['\u001bq', 'alt+q'],
]

/** What terminals say by themselves. */
const REPLIES = [
  '\u001b[?62;4c',
  '\u001b[>41;354;0c',
  '\u001b[24;80R',
  '\u001b[?2026;2$y',
  '\u001b[I',
  '\u001b[O',
  '\u001b[?1u',
  '\u001b]11;rgb:1111/2222/3333\u0007',
  '\u001b]11;rgb:1111/2222/3333\u001b\\',
  '\u001bP1+r544e=787465726d\u001b\\',
  '\u001b_Gi=31;OK\u001b\\',
  '\u001b[[A',
  '\u001b[M !!',
  '\u001b[<0;3;4m',
  '\u001b[<35;3;4M',
]

const MOUSE: [bytes: string, event: InputEvent][] = [
  ['\u001b[<64;10;10M', { type: 'wheel', step: 'up' }],
  ['\u001b[<65;10;10M', { type: 'wheel', step: 'down' }],
  ['\u001b[<0;3;4M', { type: 'click', column: 2, row: 3 }],
]

/** All events of the bytes in one piece, with what is left at the end. */
function decoded(...chunks: (string | Uint8Array)[]): InputEvent[] {
  const decoder = new InputDecoder()
  return [...chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk))), ...decoder.flush()]
}

const keysOf = (events: readonly InputEvent[]): string[] =>
  events.map((event) => (event.type === 'key' ? event.key : event.type))

const input = fc.oneof(
  fc.constantFrom(...KEYS.map(([bytes, key]) => ({ bytes, event: { type: 'key' as const, key } }))),
  fc.constantFrom(...REPLIES.map((bytes) => ({ bytes, event: null }))),
  fc.constantFrom(...MOUSE.map(([bytes, event]) => ({ bytes, event }))),
  fc
    .string({ unit: 'grapheme' })
    .filter((text) => !text.includes('\u001b'))
    .map((text) => ({ bytes: `\u001b[200~${text}\u001b[201~`, event: { type: 'paste' as const, text } })),
)

test('keys, pastes and reports come out one by one, in order, wherever the bytes are torn', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 30 }), fc.array(fc.nat()), (inputs, cuts) => {
      const bytes = Buffer.from(inputs.map((one) => one.bytes).join(''))
      const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort(
        (one, other) => one - other,
      )
      const chunks = [...places, bytes.length].map((end, index) =>
        bytes.subarray(places[index - 1] ?? 0, end),
      )
      expect(decoded(...chunks)).toEqual(inputs.flatMap(({ event }) => (event ? [event] : [])))
    }),
  )
})

test('any bytes at all are survived, and what comes after a pause is heard', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoder = new InputDecoder()
      decoder.push(bytes)
      // What is left of a sign of several bytes may take the next one with it.
      decoder.push(Buffer.from('\u0000'))
      decoder.flush()
      expect(keysOf(decoder.push(Buffer.from('q')))).toEqual(['q'])
    }),
  )
})

test('fifty keys in one write are fifty keys', () => {
  expect(keysOf(decoded('j'.repeat(50)))).toEqual(Array(50).fill('j'))
  expect(keysOf(decoded('\u001b[A'.repeat(50)))).toEqual(Array(50).fill('up'))
})

test('Escape is a key when nothing follows it, and the beginning of a sequence when something does', () => {
  const decoder = new InputDecoder()
  expect(decoder.push(Buffer.from('\u001b'))).toEqual([])
  expect(decoder.pending).toBe('escape')
  expect(keysOf(decoder.flush())).toEqual(['escape'])
  expect(decoder.pending).toBeNull()
  expect(keysOf(decoded('\u001b\u001b'))).toEqual(['escape', 'escape'])
  expect(keysOf(decoded('\u001b', '[A'))).toEqual(['up'])
})

test('Escape right before a key of control is a key of its own', () => {
  expect(keysOf(decoded('\u001b\u001a'))).toEqual(['escape', 'ctrl+z'])
  expect(keysOf(decoded('\u001b', '\u0003'))).toEqual(['escape', 'ctrl+c'])
  expect(keysOf(decoded('\u001b\r'))).toEqual(['enter'])
})

test('Ctrl-C is heard in the middle of a reply that never ends', () => {
  expect(keysOf(decoded('\u001b]11;rgb:11\u0003'))).toEqual(['ctrl+c'])
  expect(keysOf(decoded('\u001b[12\u0003'))).toEqual(['ctrl+c'])
})

test('a paste is one text whatever stands in it, is bounded, and ends by itself when its end is lost', () => {
  const text = 'q\u0003\u001b[A\u001b]0;x\u0007\u001b[200~ end'
  expect(decoded(`\u001b[200~${text}\u001b[201~q`)).toEqual([
    { type: 'paste', text },
    { type: 'key', key: 'q' },
  ])
  for (const over of [-7, -6, -1, 0, 1, 100_000]) {
    const long = 'x'.repeat(PASTE_UNITS_MAX + over)
    expect(decoded(`\u001b[200~${long}\u001b[201~q`)).toEqual([
      { type: 'paste', text: long.slice(0, PASTE_UNITS_MAX) },
      { type: 'key', key: 'q' },
    ])
  }
  const decoder = new InputDecoder()
  decoder.push(Buffer.from('\u001b[200~lost'))
  expect(decoder.pending).toBe('paste')
  expect(decoder.flush()).toEqual([{ type: 'paste', text: 'lost' }])
  expect(keysOf(decoder.push(Buffer.from('q')))).toEqual(['q'])
})
