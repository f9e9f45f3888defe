/** Lines that a clue does not rule out, against the expression evaluated on every line that a parser has read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JournalEntry } from '../../../../src/shared/contract/journal-entry.js'
import { compileFilter, EntrySubject, type Filter } from '../../../../src/shared/filter/filter.js'
import { likelyLines, lineBegin, lineEnd } from '../../../../src/shared/filter/find-lines.js'

/** Numbers of the lines that are stopped at, from the last to the first. */
function stopsAt(lines: readonly string[], { clue }: Filter): number[] {
  const bytes = Buffer.from(lines.join('\n'))
  const lastBefore = likelyLines(bytes, clue)
  const found: string[] = []
  for (let hit = lastBefore(bytes.length); hit !== -1; hit = lastBefore(lineBegin(bytes, hit))) {
    found.push(bytes.toString('utf8', lineBegin(bytes, hit), lineEnd(bytes, hit)))
  }
  return found.map((line) => lines.indexOf(line))
}

const lineOf = (seq: number, orderJson: string): string =>
  `{"event_type":"message.received","kafka_partition":${seq % 3},"kafka_key":"k${seq}","order_full":${orderJson},"seq":${seq}}`

const filterOf = (expression: string): Filter => compileFilter(expression, { source: 'journal' })

const isTrue = (filter: Filter, line: string): boolean =>
  filter.matches(new EntrySubject(JSON.parse(line) as JournalEntry))

const NUMBERS = [
  '5',
  '5.0',
  '0.5e1',
  '50E-1',
  '-5',
  '-0',
  '5.25',
  '1e400',
  '0.10',
  '9007199254740993',
  '123456789012345.5',
]
const TEXTS = ['"EUR"', '"\\u0045UR"', '"EURO"', '"é/"', '"é\\/"', '"total"']
const value = fc.constantFrom(...NUMBERS, ...TEXTS, 'null', 'true', '{"total":5}', '[5]')
const blanks = fc.constantFrom('', ' ', '\t ')
const name = fc.constantFrom('total', 'currency', 'tot\\u0061l', 'note')
const member = fc
  .tuple(name, blanks, blanks, value)
  .map(([key, before, behind, json]) => `"${key}"${before}:${behind}${json}`)
const order = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(',')}}`)

const limit = fc.constantFrom('5', '5.0', '5.25', '-5', '0', '0.1', '123456789012345.5')
const simple = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), limit, fc.boolean())
    .map(([sign, number, isMirrored]) =>
      isMirrored ? `${number} ${sign} order.total` : `order.total ${sign} ${number}`,
    ),
  fc.constantFrom('order.currency == "EUR"', '"é/" == order.currency', 'order.currency in ["EUR", "EURO"]'),
  fc.constantFrom('order.total in [5, 0.1]', 'partition == 1', 'key == "k2"', 'seq <= 3', 'true'),
)
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    simple,
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression'))
      .map(([one, sign, other]) => `(${one}) ${sign} (${other})`),
  ),
}))

test('no line is ruled out that an expression is true of, however it is written', () => {
  let trueCount = 0
  let ruledOut = 0
  fc.assert(
    fc.property(fc.array(order, { minLength: 1, maxLength: 8 }), expression, (orders, text) => {
      const lines = orders.map((json, index) => lineOf(index + 1, json))
      const filter = filterOf(text)
      const found = stopsAt(lines, filter)
      const expected = lines.flatMap((line, index) => (isTrue(filter, line) ? [index] : [])).reverse()
      expect(found.filter((index) => isTrue(filter, lines[index] as string))).toEqual(expected)
      expect(found).toEqual(found.toSorted((one, other) => other - one))
      trueCount += expected.length
      ruledOut += lines.length - found.length
    }),
    { numRuns: 250 },
  )
  expect(trueCount).toBeGreaterThan(0)
  expect(ruledOut).toBeGreaterThan(0)
})

test('stops where numbers, texts and all of both are, and at a line with a backslash', () => {
  const lines = [
    lineOf(1, '{"total":80,"currency":"EUR"}'),
    lineOf(2, '{"total" : 8e1,"currency":"USD"}'),
    lineOf(3, '{"currency":"EUR","total":75}'),
    lineOf(4, '{"note":"total","total":"80"}'),
    lineOf(5, '{"note":"a\\\\b"}'),
    lineOf(6, `{"total":${'9'.repeat(500)}}`),
  ]
  const stops = (text: string): number[] => stopsAt(lines, filterOf(text))
  expect(stops('order.total > 75')).toEqual([5, 4, 1, 0])
  expect(stops('order.currency == "EUR"')).toEqual([4, 2, 0])
  expect(stops('order.currency == "EUR" && order.total > 75')).toEqual([4, 0])
  expect(stops('order.total > 75 && order.currency == "EUR"')).toEqual([4, 0])
  expect(stops('order.currency == "USD" || seq == 4')).toEqual([4, 3, 1])
  expect(stops('order.total != 75')).toEqual([5, 4, 3, 2, 1, 0])
})
