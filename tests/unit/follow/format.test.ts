import { expect, test } from 'vitest'
import { parseOptions } from '../../../src/follow/follow-options.js'
import { formatterFor } from '../../../src/follow/format.js'
import { matchesIn } from '../../../src/follow/match.js'
import { order } from '../../support/order-builder.js'

const SURROUNDINGS = { isTerminal: false, isColored: false, columns: null, hasTopic: false }

const batch = (...values: (string | null)[]) => ({
  topic: 'orders',
  partition: 0,
  undecodable: [],
  next: values.length,
  end: values.length,
  records: values.map((value, offset) => ({
    offset,
    timestampMs: String(1_000 * offset),
    key: Buffer.from(`key-${offset}`),
    value: value === null ? null : Buffer.from(value),
    headers: [['h', Buffer.from('1')]] as [string, Buffer | null][],
  })),
})

/** What is printed of records with these values. */
function printed(args: Record<string, unknown>, ...values: (string | null)[]): string {
  const plan = parseOptions(args)
  const format = formatterFor(plan, SURROUNDINGS)
  return Array.from(matchesIn(batch(...values), plan, { readAtMs: 0 }), format).join('')
}

const text = JSON.stringify(order(1))

test('raw is the bytes and a line feed, a tombstone the line feed alone', () => {
  expect(printed({ format: 'raw' }, text, null, 'x')).toBe(`${text}\n\nx\n`)
})

test('fields by the names of the filter language, as JSON and for people', () => {
  const fields = 'offset,order.total,order.customer_info.phone,headers.h,order.items,kafka_timestamp'
  expect(JSON.parse(printed({ format: 'ndjson', fields }, text))).toEqual({
    offset: 0,
    'order.total': 8.5,
    'order.customer_info.phone': null,
    'headers.h': '1',
    'order.items': order(1)['items'],
    kafka_timestamp: '1970-01-01T00:00:00.000Z',
  })
  expect(printed({ fields: 'offset,order.total,order.customer_info.phone,key,kafka_timestamp' }, text)).toBe(
    '0  8.5  –  key-0  1970-01-01T00:00:00.000Z\n',
  )
})

test('fields see only what the record itself holds', () => {
  expect(printed({ format: 'ndjson', fields: 'order.constructor,order.total.toFixed' }, text)).toBe(
    '{"order.constructor":null,"order.total.toFixed":null}\n',
  )
})

test('a pattern looks into key and value', () => {
  expect(
    printed({ format: 'ndjson', fields: 'offset', grep: 'key-1|needle' }, 'a', 'b', 'a needle', null),
  ).toBe('{"offset":1}\n{"offset":2}\n')
})

test('records of the time of --until or later are left out, in whatever order they stand', () => {
  const args = { format: 'ndjson', fields: 'offset', until: '1970-01-01T00:00:02Z' }
  expect(printed(args, 'a', 'b', 'c', 'd')).toBe('{"offset":0}\n{"offset":1}\n')
})

test('a sample is drawn record by record', () => {
  const plan = parseOptions({ sample: '0.5' })
  const draws = [0.49, 0.5, 0, 0.99]
  const random = () => draws.shift() ?? 1
  const offsets = Array.from(
    matchesIn(batch('a', 'b', 'c', 'd'), plan, { readAtMs: 0, random }),
    ({ record }) => record.offset,
  )
  expect(offsets).toEqual([0, 2])
})
