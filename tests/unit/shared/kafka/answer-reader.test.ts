import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AnswerReader } from '../../../../src/shared/kafka/answer-reader.js'

const KIB = 1_024

function answerOf(length: number, fill: number): Buffer {
  const answer = Buffer.alloc(4 + length, fill)
  answer.writeInt32BE(length)
  return answer
}

/** Has `reader` read `bytes`, at most `sizes` of them at a time, over and over. */
function read(reader: AnswerReader, bytes: Buffer, sizes: number[]): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const room = reader.room()
    const count = Math.min(room.length, sizes[turn % sizes.length] ?? 1, bytes.length - at)
    bytes.copy(room, 0, at, at + count)
    at += count
    reader.took(count)
  }
}

test('answers come out whole and in order, however they were cut', () => {
  const lengths = fc.oneof(fc.nat(20), fc.integer({ min: 16_300, max: 16_450 }), fc.nat(300 * KIB))
  const sizes = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 100 * KIB }))
  fc.assert(
    fc.property(
      fc.array(lengths, { minLength: 1, maxLength: 8 }),
      fc.array(sizes, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(0, 64 * KIB),
      (all, cuts, alsoLarge) => {
        const answers = all.map((length, index) => answerOf(length, index + 1))
        const found: Buffer[] = []
        const reader = new AnswerReader((answer) => found.push(answer))
        read(reader, Buffer.concat(answers), alsoLarge > 0 ? [...cuts, alsoLarge] : cuts)
        expect(found.map((answer) => answer.length)).toEqual(answers.map((answer) => answer.length))
        // What was handed on first is still what it was, though the reader went on.
        expect(Buffer.concat(found).equals(Buffer.concat(answers))).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

test('an answer longer than a length is believed comes out whole', () => {
  const answer = answerOf(40 * KIB * KIB, 7)
  const found: Buffer[] = []
  const reader = new AnswerReader((whole) => found.push(whole))
  read(reader, answer, [3 * KIB * KIB])
  expect(found).toHaveLength(1)
  expect(found[0]?.equals(answer)).toBe(true)
})

test('the word of a length is not believed beyond 16 MiB', () => {
  const reader = new AnswerReader(() => {})
  read(reader, Buffer.from('HTTP/1.1 400 Bad Request'), [64])
  expect(reader.room().buffer.byteLength).toBe(16 * KIB * KIB)
})

test('a length below zero is refused', () => {
  const reader = new AnswerReader(() => {})
  expect(() => read(reader, Buffer.from([0xff, 0xff, 0xff, 0xfe]), [4])).toThrow(
    'an answer is told to be -2 bytes long',
  )
})
