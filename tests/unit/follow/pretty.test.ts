import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prettyLine } from '../../../src/follow/pretty.js'
import { TopicSubject } from '../../../src/shared/filter/topic-subject.js'
import { textWidth } from '../../../src/shared/runtime/terminal-text.js'
import { anyValue } from '../../support/arbitraries.js'
import { order } from '../../support/order-builder.js'

const PLAIN = { isColored: false, columns: null, hasTopic: false }

function match(value: Buffer | null, timestampMs = '1795200000000') {
  const record = { offset: 41, timestampMs, key: null, value, headers: [] }
  return { record, subject: new TopicSubject({ topic: 'orders', partition: 2 }, record, 0) }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

test('an order in columns', () => {
  expect(prettyLine(match(json(order(1))), PLAIN)).toBe(
    '2026-11-20T18:40:00.000Z  2@41        created    order-1                               Client 01                   8.50 EUR',
  )
})

test('a rejected order says what is wrong with it at its end', () => {
  const line = prettyLine(match(json({ ...order(1), total: 9 })), PLAIN)
  expect(line).toMatch(/9\.00 EUR {2}total_mismatch: total is 9, expected 8\.5 within 0\.01$/)
})

test('what is no order says why, and shows how it begins', () => {
  const line = prettyLine(match(Buffer.from('[1,\n2]')), { ...PLAIN, hasTopic: true })
  expect(line).toBe(
    '2026-11-20T18:40:00.000Z  orders/2@41  rejected   not_object: expected a JSON object, found an array  [1,\\n2]',
  )
  expect(prettyLine(match(null, '-1'), PLAIN)).toMatch(/^– {25}2@41 .*tombstone: the record has no value$/)
})

test('colours are around cells and change no text', () => {
  const coloured = prettyLine(match(json(order(1))), { ...PLAIN, isColored: true })
  expect(coloured).toContain('\u001b[32mcreated')
  expect(coloured.replace(/\u001b\[\d+m/g, '').replace(/ +/g, ' ')).toBe(
    prettyLine(match(json(order(1))), PLAIN).replace(/ +/g, ' '),
  )
})

test('whatever a record holds, the line controls nothing and fits the terminal', () => {
  const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
  fc.assert(
    fc.property(anyValue, fc.integer({ min: 1, max: 200 }), (value, columns) => {
      const line = prettyLine(match(value), { ...PLAIN, columns })
      expect(controls.exec(line)).toBeNull()
      expect(textWidth(line)).toBeLessThanOrEqual(columns)
    }),
  )
})
