import { beforeAll, describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../../src/producer/catalogue.js'
import { type NextEvent, OrderLives } from '../../../src/producer/order-lives.js'
import { Random } from '../../../src/producer/random.js'

const RECORDS = 20_000
const WHOLE_LIVES = new Set([
  'created confirmed shipped delivered',
  'created confirmed updated shipped delivered',
  'created cancelled',
  'created confirmed cancelled',
])

describe('20,000 events', () => {
  let events: NextEvent[] = []
  let byOrder = new Map<number, NextEvent[]>()

  beforeAll(() => {
    const lives = new OrderLives(new Random('lives'))
    events = Array.from({ length: RECORDS }, () => lives.next())
    byOrder = Map.groupBy(events, ({ order }) => order.sequence)
  })

  test('orders are numbered from 1 in the order of their creation, templates round robin', () => {
    const created = events.filter(({ type }) => type === 'order.created')
    expect(created.map(({ order }) => order.sequence)).toEqual(created.map((_, index) => index + 1))
    for (const { order } of created) expect(order.template).toBe((order.sequence - 1) % CATALOGUE.length)
  })

  test('every order lives one of the lives there are, and keeps its identity', () => {
    const seen = new Set<string>()
    for (const own of byOrder.values()) {
      const life = own.map(({ type }) => type.slice('order.'.length)).join(' ')
      const isPart = [...WHOLE_LIVES].some((whole) => `${whole} `.startsWith(`${life} `))
      expect(isPart, life).toBe(true)
      if (WHOLE_LIVES.has(life)) seen.add(life)
      expect(new Set(own.map(({ order }) => order)).size).toBe(1)
    }
    expect(seen).toEqual(WHOLE_LIVES)
  })

  test('nearly all orders that are not young are over', () => {
    const old = [...byOrder.values()].filter(([first]) => events.indexOf(first!) < RECORDS - 1_000)
    const ends = new Set(['order.delivered', 'order.cancelled'])
    expect(old.filter((own) => !ends.has(own.at(-1)!.type))).toEqual([])
  })

  test('many orders are open at once', () => {
    let open = 0
    let most = 0
    for (const { type } of events) {
      if (type === 'order.created') open += 1
      if (type === 'order.delivered' || type === 'order.cancelled') open -= 1
      most = Math.max(most, open)
    }
    expect(most).toBeGreaterThan(10)
    expect(most).toBeLessThan(100)
  })

  test('about one order in ten is cancelled and one in five updated', () => {
    const share = (type: string): number =>
      [...byOrder.values()].filter((own) => own.some((event) => event.type === type)).length / byOrder.size
    expect(share('order.cancelled')).toBeCloseTo(0.1, 1)
    expect(share('order.updated')).toBeCloseTo(0.2, 1)
  })
})
