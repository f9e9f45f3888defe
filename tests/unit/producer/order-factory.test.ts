import { describe, expect, test } from 'vitest'
import {
  OrderFactory,
  type OrderFactoryOptions,
  type ProducedRecord,
} from '../../../src/producer/order-factory.js'
import { judge } from '../../../src/shared/contract/verdict.js'

const START = Date.UTC(2026, 10, 21, 2, 15)

function produce(count: number, changes: Partial<OrderFactoryOptions> = {}): ProducedRecord[] {
  const factory = new OrderFactory({
    seed: 'demo',
    startTime: START,
    malformedRatio: 0.01,
    invalidRatio: 0.01,
    now: () => {
      throw new Error('the wall clock was asked')
    },
    ...changes,
  })
  return Array.from({ length: count }, () => factory.next())
}

const header = (record: ProducedRecord, name: string): string | undefined =>
  record.headers.find(([candidate]) => candidate === name)?.[1]

test('the same seed and start time give the same bytes', () => {
  expect(produce(3_000)).toEqual(produce(3_000))
})

test('another seed gives other orders', () => {
  const ids = new Set(produce(500).map(({ orderId }) => orderId))
  expect(produce(500, { seed: 'other' }).filter(({ orderId }) => ids.has(orderId))).toEqual([])
})

test('its first record does not change from version to version', () => {
  const [first] = produce(1)
  expect(first).toMatchInlineSnapshot(`
    {
      "eventId": "0b7b6a94-d6f5-4dc9-8b6b-3eea6faec699",
      "fault": null,
      "headers": [
        [
          "ce_specversion",
          "1.0",
        ],
        [
          "ce_id",
          "0b7b6a94-d6f5-4dc9-8b6b-3eea6faec699",
        ],
        [
          "ce_source",
          "producer-service",
        ],
        [
          "ce_type",
          "order.created",
        ],
        [
          "ce_time",
          "2026-11-21T02:15:00.000Z",
        ],
        [
          "ce_subject",
          "30668fe0-44ea-499c-b734-ba52a10b3694",
        ],
        [
          "content-type",
          "application/json",
        ],
        [
          "traceparent",
          "00-bde1dbe644318ad0ca5a1869991781f7-24265e18ae0d8bdd-01",
        ],
      ],
      "orderId": "30668fe0-44ea-499c-b734-ba52a10b3694",
      "value": "{"order_id":"30668fe0-44ea-499c-b734-ba52a10b3694","sequence":1,"status":"pending","items":[{"item_id":"item-espresso","item_name":"espresso","quantity":2,"unit_price":2.5,"total_price":5}],"sub_total":5,"tax":1,"shipping_fee":2.5,"total":8.5,"currency":"EUR","payment_method":"credit_card","shipping_address":"1 Rue de la Paix, 75000 Paris","metadata":{"timestamp":"2026-11-21T02:15:00.000Z","version":"1.1","event_type":"order.created","source":"producer-service","correlation_id":"b63395d5-b7ad-430d-982b-e1a12c122560"},"customer_info":{"customer_id":"client01","name":"Client 01","email":"client01@example.com","phone":"+33 1 00 00 00 01","address":"1 Rue de la Paix, 75000 Paris","loyalty_level":"silver"},"inventory_status":[{"item_id":"item-espresso","item_name":"espresso","available_qty":98,"reserved_qty":2,"unit_price":2.5,"in_stock":true,"warehouse":"PARIS-01"}]}",
    }
  `)
})

test('without a start time the orders are the same, at the time of the wall clock', () => {
  let now = START + 5
  const records = produce(100, {
    startTime: null,
    now: () => {
      now += 1
      return now
    },
  })
  expect(records.map(({ orderId }) => orderId)).toEqual(produce(100).map(({ orderId }) => orderId))
  expect(header(records[0]!, 'ce_time')).toBe('2026-11-21T02:15:00.006Z')
  expect(header(records[99]!, 'ce_time')).toBe('2026-11-21T02:15:00.105Z')
})

test('with a start time the events are 200 ms apart', () => {
  expect(produce(4).map((record) => header(record, 'ce_time'))).toEqual([
    '2026-11-21T02:15:00.000Z',
    '2026-11-21T02:15:00.200Z',
    '2026-11-21T02:15:00.400Z',
    '2026-11-21T02:15:00.600Z',
  ])
})

describe('headers', () => {
  const records = produce(5_000, { malformedRatio: 0, invalidRatio: 0 })

  test('say what the event says, in the binary binding of CloudEvents', () => {
    for (const record of records) {
      const event = JSON.parse(String(record.value))
      expect(Object.fromEntries(record.headers)).toEqual({
        ce_specversion: '1.0',
        ce_id: record.eventId,
        ce_source: event.metadata.source,
        ce_type: event.metadata.event_type,
        ce_time: event.metadata.timestamp,
        ce_subject: event.order_id,
        'content-type': 'application/json',
        traceparent: expect.stringMatching(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/),
      })
      expect(record.orderId).toBe(event.order_id)
    }
  })

  test('name every event once, and put the events of an order into one trace', () => {
    expect(new Set(records.map(({ eventId }) => eventId)).size).toBe(records.length)
    const traces = Map.groupBy(records, ({ orderId }) => orderId)
    for (const own of traces.values()) {
      expect(new Set(own.map((record) => header(record, 'traceparent')!.split('-')[1])).size).toBe(1)
      expect(new Set(own.map((record) => header(record, 'traceparent')!.split('-')[2])).size).toBe(own.length)
    }
  })
})

describe('faults', () => {
  const verdicts = (records: ProducedRecord[]): string[] =>
    records.map(({ fault, value }) => {
      const verdict = judge(Buffer.from(value))
      const kind = verdict.rejection === null ? 'accepted' : verdict.deserialized ? 'invalid' : 'malformed'
      return `${fault ?? 'none'} ${kind}`
    })

  test('are exactly what a reader rejects, in the shares asked for', () => {
    const counts = Object.groupBy(verdicts(produce(20_000)), (verdict) => verdict)
    expect(Object.keys(counts).sort()).toEqual(['invalid invalid', 'malformed malformed', 'none accepted'])
    // 200 expected of each; five standard deviations are 70.
    expect(Math.abs(counts['invalid invalid']!.length - 200)).toBeLessThan(70)
    expect(Math.abs(counts['malformed malformed']!.length - 200)).toBeLessThan(70)
  })

  test('are none at ratio 0 and all at ratio 1', () => {
    expect(new Set(verdicts(produce(2_000, { malformedRatio: 0, invalidRatio: 0 })))).toEqual(
      new Set(['none accepted']),
    )
    expect(new Set(verdicts(produce(2_000, { malformedRatio: 1, invalidRatio: 0 })))).toEqual(
      new Set(['malformed malformed']),
    )
    expect(new Set(verdicts(produce(2_000, { malformedRatio: 0, invalidRatio: 1 })))).toEqual(
      new Set(['invalid invalid']),
    )
  })

  test('leave key, headers and the other records as they are', () => {
    const clean = produce(3_000, { malformedRatio: 0, invalidRatio: 0 })
    const mixed = produce(3_000, { malformedRatio: 0.2, invalidRatio: 0.2 })
    for (const [index, record] of mixed.entries()) {
      const { value, ...rest } = clean[index]!
      expect(record).toMatchObject({ ...rest, fault: record.fault })
      if (record.fault === null) expect(record.value).toBe(value)
    }
  })
})
