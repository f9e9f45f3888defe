import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GENESIS_HASH } from '../../../../src/shared/contract/journal-entry.js'
import { LINE_BYTES_MAX } from '../../../../src/shared/contract/limits.js'
import { ChainEncoder, roomFor } from '../../../../src/shared/journal/encoder.js'
import { checkLine, linesOf } from '../../../../src/shared/journal/line.js'
import { LineBytes } from '../../../../src/shared/journal/line-bytes.js'

const TIMESTAMP = '2026-11-21T02:15:37.000Z'

test('lines of any length come out whole and chained, however often the buffers grow', () => {
  const parts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 300_000 })))
  const encoder = new ChainEncoder()
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (lines) => {
      encoder.begin(GENESIS_HASH, TIMESTAMP)
      const bodies = lines.map((line, index) => {
        encoder.line()
        for (const part of line) {
          if (typeof part === 'string') encoder.text(JSON.stringify(part))
          else encoder.bytes(Buffer.alloc(part, 'b'))
        }
        encoder.seal(index + 1)
        const text = line.map((part) => (typeof part === 'string' ? JSON.stringify(part) : 'b'.repeat(part)))
        return `{"timestamp":"${TIMESTAMP}",${text.join('')}"seq":${index + 1}`
      })
      let previous = GENESIS_HASH
      const found = [...linesOf(encoder.batch())].map((line) => {
        const check = checkLine(line, previous)
        previous = check.ok ? check.hash : 'broken'
        return line.toString().slice(0, -75)
      })
      expect(found).toEqual(bodies)
      expect(encoder.hash).toBe(previous)
      expect(encoder.batchBytes).toBe(encoder.batch().length)
    }),
    { numRuns: 40 },
  )
})

/** Bodies in one piece of memory, with the room that lines take whose `seq` has as many digits as `seq`. */
function laidOut(bodies: string[], seq: number): { memory: Buffer; bounds: [number, number][] } {
  const { front, before, behind } = roomFor(seq)
  const written = new LineBytes(Buffer.alloc(16), front)
  const bounds = bodies.map((body): [number, number] => {
    written.leave(before)
    const start = written.at
    written.text(body)
    const end = written.at
    written.leave(behind)
    return [start, end]
  })
  return { memory: written.memory, bounds }
}

test('lines around bodies that were written ahead are those that are made of copies, whatever comes between them', () => {
  const steps = fc.array(
    fc.record({
      body: fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => `"a":${JSON.stringify(text)},`),
      /** What is done with it: a line of the journal's own before it, no line for it, one that is begun and left. */
      how: fc.constantFrom('line', 'line', 'line', 'own', 'dropped', 'unsealed'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  const first = fc.constantFrom(1, 8, 98, 12_345)
  const encoder = new ChainEncoder()
  const draft = (
    given: { how: string; body: string }[],
    seqs: { from: number },
    add: (index: number) => void,
  ): string => {
    encoder.begin(GENESIS_HASH, TIMESTAMP)
    let seq = seqs.from
    const own = (): void => {
      encoder.line()
      encoder.text('"own":"a line that is longer than the room between two bodies","more":"and then some",')
      encoder.seal(seq++)
    }
    for (const [index, { how }] of given.entries()) {
      if (how === 'own') own()
      if (how === 'dropped') continue
      add(index)
      if (how !== 'unsealed') encoder.seal(seq++)
    }
    return `${encoder.batch()}${encoder.hash}`
  }
  fc.assert(
    fc.property(steps, first, fc.constantFrom(1, 98), (given, from, expected) => {
      const { memory, bounds } = laidOut(
        given.map(({ body }) => body),
        expected,
      )
      const around = () =>
        draft(given, { from }, (index) => encoder.lineAround(memory, ...(bounds[index] as [number, number])))
      const copied = draft(given, { from }, (index) => {
        encoder.line()
        encoder.text(given[index]?.body ?? '')
      })
      expect(around()).toBe(copied)
      // The bodies are still what they were.
      expect(around()).toBe(copied)
    }),
  )
})

test('a time that takes more than the room before a body goes over none', () => {
  const { memory, bounds } = laidOut(['"a":1,'], 1)
  const encoder = new ChainEncoder()
  encoder.begin(GENESIS_HASH, '+010000-01-01T00:00:00.000Z')
  encoder.lineAround(memory, ...(bounds[0] as [number, number]))
  encoder.seal(1)
  expect(encoder.batch().toString()).toContain('{"timestamp":"+010000-01-01T00:00:00.000Z","a":1,"seq":1,')
})

test('lines are made where their bodies stand while nothing comes between them', () => {
  const { memory, bounds } = laidOut(['"a":1,', '"b":2,', '"c":3,'], 7)
  const encoder = new ChainEncoder()
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  for (const [index, [start, end]] of bounds.entries()) {
    encoder.lineAround(memory, start, end)
    encoder.seal(7 + index)
  }
  expect(encoder.batch().buffer).toBe(memory.buffer)
  expect(encoder.batch().toString()).toContain(`{"timestamp":"${TIMESTAMP}","c":3,"seq":9,"hash":"`)
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.lineAround(memory, ...(bounds[1] as [number, number]))
  encoder.seal(7)
  expect(encoder.batch().buffer).not.toBe(memory.buffer)
})

test('a line that was not sealed is left out', () => {
  const encoder = new ChainEncoder()
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.line()
  encoder.text('"a":1,')
  encoder.line()
  encoder.text('"b":2,')
  encoder.seal(1)
  const { hash } = encoder
  encoder.line()
  encoder.text('"c":3,')
  expect(encoder.hash).toBe(hash)
  expect(encoder.batch().toString()).toBe(`{"timestamp":"${TIMESTAMP}","b":2,"seq":1,"hash":"${hash}"}\n`)
})

test('a batch follows the hash it is told, and holds nothing of the one before', () => {
  const encoder = new ChainEncoder()
  const before = 'f'.repeat(64)
  encoder.begin(GENESIS_HASH, '2026-11-21T02:15:36.999Z')
  encoder.line()
  encoder.text('"a":1,')
  encoder.seal(1)
  encoder.begin(before, TIMESTAMP)
  expect(encoder.hash).toBe(before)
  expect(encoder.batchBytes).toBe(0)
  encoder.line()
  encoder.text('"b":2,')
  encoder.seal(2)
  const [line] = linesOf(encoder.batch())
  expect(line?.toString().slice(0, -75)).toBe(`{"timestamp":"${TIMESTAMP}","b":2,"seq":2`)
  expect(checkLine(line ?? Buffer.alloc(0), before)).toEqual({ ok: true, hash: encoder.hash })
})

test('a line of 64 MiB is taken; one byte more is not, and leaves the lines before it as they were', () => {
  const encoder = new ChainEncoder()
  const around = `{"timestamp":"${TIMESTAMP}","seq":1`.length + 76
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.line()
  encoder.bytes(Buffer.alloc(LINE_BYTES_MAX - around, 'x'))
  encoder.seal(1)
  expect(encoder.batchBytes).toBe(LINE_BYTES_MAX)
  encoder.line()
  encoder.bytes(Buffer.alloc(LINE_BYTES_MAX - around + 1, 'x'))
  expect(() => encoder.seal(2)).toThrow('a journal line of 67108865 bytes is over 67108864 bytes')
  const [line, ...others] = linesOf(encoder.batch())
  expect(others).toEqual([])
  expect(checkLine(line ?? Buffer.alloc(0), GENESIS_HASH)).toEqual({ ok: true, hash: encoder.hash })
})
