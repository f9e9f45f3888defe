import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../../src/shared/contract/journal-entry.js'
import { compileFilter, EntrySubject } from '../../../../src/shared/filter/filter.js'
import { TopicSubject } from '../../../../src/shared/filter/topic-subject.js'
import { order } from '../../../support/order-builder.js'

interface Changes {
  value?: Buffer | null
  key?: Buffer | null
  headers?: [string, Buffer | null][]
  timestampMs?: string
}

const subject = (payload: unknown, changes: Changes = {}): TopicSubject =>
  new TopicSubject(
    { topic: 'orders', partition: 2 },
    {
      offset: 41,
      timestampMs: '1795200000000',
      key: Buffer.from('order-1'),
      value: Buffer.from(JSON.stringify(payload)),
      headers: [
        ['ce_type', Buffer.from('first')],
        ['ce_type', Buffer.from('order.created')],
        ['none', null],
      ],
      ...changes,
    },
    1_795_200_001_000,
  )

const matches = (expression: string, on: TopicSubject = subject(order(1))): boolean =>
  compileFilter(expression, { source: 'topic' }).matches(on)

/** A filter that has looked at one record. */
function used(expression: string, on: TopicSubject) {
  const filter = compileFilter(expression, { source: 'topic' })
  return { answer: filter.matches(on), notEvaluated: filter.notEvaluated }
}

describe('what matches', () => {
  test.each([
    'order.total > 8 && order.customer_info.name == "Client 01"',
    'order.total == 8.5',
    'order.sub_total == 5 && order.sub_total == 5.0 && 5 == order.sub_total',
    'order.sub_total != 6',
    'order.sub_total in [5, 6] && order.sub_total in [5.0]',
    'order.sub_total * 2 - 1 == 9 && order.sub_total / 2 == 2.5 && order.sub_total % 2 == 1',
    'order.items.exists(item, item.quantity >= 2 && item.item_name.startsWith("esp"))',
    'order.items[0].unit_price == 2.5 && size(order.items) == 1',
    'has(order.customer_info.email) && !has(order.customer_info.phone)',
    'order.metadata.event_type == "order.created"',
    'event_type == "message.received" && topic == "orders"',
    'partition == 2 && offset == 41 && partition % 2 == 0',
    'key == "order-1" && key.endsWith("1")',
    'headers["ce_type"] == "order.created" && headers.none == null && !("other" in headers)',
    'size > 100 && size < 10000',
    'error == null',
    'kafka_timestamp < timestamp && timestamp - kafka_timestamp == duration("1s")',
    'kafka_timestamp == timestamp("2026-11-20T18:40:00Z")',
    'dyn(order).total == 8.5',
    'order.status.matches("^pend")',
  ])('%s', (expression) => {
    expect(matches(expression)).toBe(true)
    expect(matches(`!(${expression})`)).toBe(false)
  })

  test('a rejected record by its reason', () => {
    const rejected = subject({ ...order(1), total: 99 })
    expect(
      matches('error != null && error.code == "total_mismatch" && error.pointer == "/total"', rejected),
    ).toBe(true)
    expect(matches('event_type == "message.received.validation_error"', rejected)).toBe(true)
    const tombstone = subject(null, { value: null })
    expect(matches('error.code == "tombstone" && size == 0', tombstone)).toBe(true)
  })

  test('bytes that are not UTF-8 as base64, and what is not there as null', () => {
    const bytes = subject(order(1), { key: Buffer.from([0xff, 0xfe]), headers: [['h', Buffer.from([0xff])]] })
    expect(matches('key == "//4=" && headers.h == "/w=="', bytes)).toBe(true)
    const nothing = subject(order(1), { key: null, timestampMs: '-1' })
    expect(matches('key == null && kafka_timestamp == null', nothing)).toBe(true)
  })

  test('header names that objects cannot hold', () => {
    const headers: [string, Buffer][] = [
      ['__proto__', Buffer.from('a')],
      ['constructor', Buffer.from('b')],
    ]
    expect(
      matches('headers["__proto__"] == "a" && headers.constructor == "b"', subject(order(1), { headers })),
    ).toBe(true)
  })
})

describe('what cannot be evaluated', () => {
  test('a value of another type does not match and is counted, whichever way it is asked', () => {
    const wrong = subject({ ...order(1), total: '60' })
    expect(used('order.total > 50', wrong)).toEqual({ answer: false, notEvaluated: 1 })
    expect(used('!(order.total > 50)', wrong)).toEqual({ answer: false, notEvaluated: 1 })
  })

  test('neither does a field or a payload that is not there', () => {
    expect(used('order.customer_info.phone == "1"', subject(order(1)))).toEqual({
      answer: false,
      notEvaluated: 1,
    })
    expect(used('order.total > 1', subject(null, { value: null }))).toEqual({
      answer: false,
      notEvaluated: 1,
    })
    expect(used('dyn(order).flag', subject({ ...order(1), flag: 'yes' }))).toEqual({
      answer: false,
      notEvaluated: 1,
    })
  })

  test('the error of a record that was accepted is no riddle', () => {
    expect(used('error.code == "not_json"', subject(order(1)))).toEqual({ answer: false, notEvaluated: 0 })
  })

  test('one side that decides is enough', () => {
    const wrong = subject({ ...order(1), total: '60' })
    expect(used('order.total > 50 || partition == 2', wrong)).toEqual({ answer: true, notEvaluated: 0 })
  })
})

describe('a journal', () => {
  const sealed = { timestamp: '2026-11-21T02:15:37.001Z', seq: 7, hash: '0'.repeat(64) }
  const gap: JournalEntry = {
    ...sealed,
    event_type: 'journal.gap',
    kafka_topic: 'orders',
    kafka_partition: 0,
    from_offset: 1,
    to_offset: 2,
    reason: 'retention',
  }

  test('its lines have a seq, and its own lines are found by their kind', () => {
    const filter = compileFilter('event_type == "journal.gap" && seq == 7', { source: 'journal' })
    expect(filter.matches(new EntrySubject(gap))).toBe(true)
    expect(compileFilter('seq > 7', { source: 'journal' }).matches(new EntrySubject(gap))).toBe(false)
  })

  test('its own lines say nothing about orders, and that is not counted', () => {
    const filter = compileFilter('order.total > 1', { source: 'journal' })
    expect(filter.matches(new EntrySubject(gap))).toBe(false)
    expect(filter.notEvaluated).toBe(0)
  })

  test('a record is the same there as on the topic', () => {
    const entry: JournalEntry = {
      ...sealed,
      event_type: 'message.received',
      kafka_topic: 'orders',
      kafka_partition: 2,
      kafka_offset: 41,
      kafka_timestamp: '2026-11-20T18:40:00.000Z',
      kafka_key: 'order-1',
      kafka_headers: [['ce_type', 'order.created']],
      message_size: 500,
      deserialized: true,
      order_full: order(1),
    }
    const all =
      'order.total == 8.5 && topic == "orders" && partition == 2 && offset == 41 && key == "order-1" && size == 500 ' +
      '&& headers.ce_type == "order.created" && kafka_timestamp < timestamp && error == null && seq == 7'
    expect(compileFilter(all, { source: 'journal' }).matches(new EntrySubject(entry))).toBe(true)
  })
})

describe('comparisons', () => {
  const OPERATORS: Record<string, (a: number, b: number) => boolean> = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
    '==': (a, b) => a === b,
    '!=': (a, b) => a !== b,
  }
  const number = fc.oneof(
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).map((value) => value + 0),
  )
  /** As CEL writes numbers: a sign is an operator, and a fraction needs its point. */
  const literal = (value: number): string =>
    Number.isInteger(value) ? `${value}` : value.toFixed(20).replace(/(\.\d+?)0+$/, '$1')

  test('any two numbers compare as they do anywhere, whole or not', () => {
    fc.assert(
      fc.property(
        number,
        number,
        fc.constantFrom(...Object.keys(OPERATORS)),
        fc.boolean(),
        (a, b, operator, isSwapped) => {
          const right = Number(literal(b))
          const expression = isSwapped
            ? `${literal(b)} ${operator} order.total`
            : `order.total ${operator} ${literal(b)}`
          const compare = OPERATORS[operator]
          const wanted = isSwapped ? compare?.(right, a) : compare?.(a, right)
          expect([expression, a, matches(expression, subject({ ...order(1), total: a }))]).toEqual([
            expression,
            a,
            wanted,
          ])
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('looks into a payload only when the expression does', () => {
  let parses = 0
  class Counting extends TopicSubject {
    override get order() {
      parses += 1
      return super.order
    }
  }
  const record = { offset: 0, timestampMs: '0', key: null, value: Buffer.from('{}'), headers: [] }
  const on = new Counting({ topic: 't', partition: 0 }, record, 0)
  expect(compileFilter('partition == 1 && order.total > 1', { source: 'topic' }).matches(on)).toBe(false)
  expect(parses).toBe(0)
})
