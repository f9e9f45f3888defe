import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GENESIS_HASH } from '../../../../src/shared/contract/journal-entry.js'
import { LINE_BYTES_MAX } from '../../../../src/shared/contract/limits.js'
import { ChainEncoder } from '../../../../src/shared/journal/encoder.js'
import { checkLine, linesOf } from '../../../../src/shared/journal/line.js'

const TIMESTAMP = '2026-11-21T02:15:37.000Z'

test('lines of any length come out whole and chained, however often the buffers grow', () => {
  const parts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 300_000 })))
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (lines) => {
      const encoder = new ChainEncoder()
      let hash = GENESIS_HASH
      const bodies = lines.map((line, index) => {
        encoder.begin(hash, TIMESTAMP)
        for (const part of line) {
          if (typeof part === 'string') encoder.text(JSON.stringify(part))
          else encoder.bytes(Buffer.alloc(part, 'b'))
        }
        hash = encoder.seal(index + 1)
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
      expect(previous).toBe(hash)
      expect(encoder.batchBytes).toBe(encoder.batch().length)
    }),
    { numRuns: 40 },
  )
})

test('a batch begins anew after clear, also after a line that was never sealed', () => {
  const encoder = new ChainEncoder()
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.text('"a":1,')
  encoder.clear()
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.text('"b":2,')
  encoder.seal(1)
  expect(encoder.batch().toString().slice(0, -76)).toBe(`{"timestamp":"${TIMESTAMP}","b":2,"seq":1`)
})

test('a line of 64 MiB is taken, one byte more is not', () => {
  const encoder = new ChainEncoder()
  const around = `{"timestamp":"${TIMESTAMP}","seq":1`.length + 76
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.bytes(Buffer.alloc(LINE_BYTES_MAX - around, 'x'))
  encoder.seal(1)
  expect(encoder.batchBytes).toBe(LINE_BYTES_MAX)
  encoder.clear()
  encoder.begin(GENESIS_HASH, TIMESTAMP)
  encoder.bytes(Buffer.alloc(LINE_BYTES_MAX - around + 1, 'x'))
  expect(() => encoder.seal(1)).toThrow('a journal line of 67108865 bytes is over 67108864 bytes')
})
