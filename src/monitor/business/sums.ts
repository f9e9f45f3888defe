/**
 * What accepted orders add up to: money by currency in hundredths, events by type, customers, products, payments.
 *
 * `order.created` is booked, `order.cancelled` is cancelled; the other events of an order's life repeat it and count in
 * the funnel only.
 */
import type { RecordEntry } from '../../shared/contract/journal-entry.js'
import type { WantedFields } from '../../shared/journal/scan/wanted-fields.js'
import { orderEventTypeOf } from '../../shared/journal/totals.js'
import { isObject } from '../tail/entry-reader.js'
import { moneyKey } from './money-keys.js'
import { TopKeys } from './top-keys.js'

/** Longest name kept of a customer, a product or a way to pay, in UTF-16 units. */
const NAME_UNITS_MAX = 80
const NONE = '(none)'

/** Everything is a sum by key, so that two of them can be added. */
export interface BusinessSums {
  /** By currency, hundredths of its unit. */
  booked: TopKeys
  cancelled: TopKeys
  /** Orders by currency. */
  created: TopKeys
  /** Accepted events by type. */
  funnel: TopKeys
  /** Booked, by currency and customer. */
  customers: TopKeys
  /** Pieces booked, by product. */
  quantities: TopKeys
  /** Booked, by currency and product. */
  revenues: TopKeys
  /** Booked, by currency and way to pay. */
  payments: TopKeys
}

const NAMES = [
  'booked',
  'cancelled',
  'created',
  'funnel',
  'customers',
  'quantities',
  'revenues',
  'payments',
] as const satisfies (keyof BusinessSums)[]

export const emptySums = (): BusinessSums =>
  Object.fromEntries(NAMES.map((name) => [name, new TopKeys()])) as unknown as BusinessSums

/** Adds `other` to `sums`, in place. */
export function addSums(sums: BusinessSums, other: BusinessSums): void {
  for (const name of NAMES) sums[name].addAll(other[name])
}

/** The same as lists of key and amount, those of nothing left out; as they are written down. */
export type ListedSums = Partial<Record<keyof BusinessSums, [key: string, amount: number][]>> & {
  /** There where small sums were let go. */
  is_approximate?: true
}

export const listedSums = (sums: BusinessSums): ListedSums => ({
  ...Object.fromEntries(
    NAMES.map((name) => [name, sums[name].all()] as const).filter(([, amounts]) => amounts.length > 0),
  ),
  ...(isExact(sums) ? {} : { is_approximate: true }),
})

/** Adds what was written down to `sums`, in place. */
export function addListed(sums: BusinessSums, listed: ListedSums): void {
  for (const name of NAMES) {
    for (const [key, amount] of listed[name] ?? []) sums[name].add(key, amount)
    if (listed.is_approximate) sums[name].markApproximate()
  }
}

export const isExact = (sums: BusinessSums): boolean => NAMES.every((name) => sums[name].isExact)

/** What is looked at in an order of which its reader knows the type, see `orderEventTypeOf`. */
export const ORDER_FIELDS = {
  currency: 'whole',
  total: 'whole',
  customer_info: { customer_id: 'whole', name: 'whole' },
  payment_method: 'whole',
  items: [{ item_id: 'whole', item_name: 'whole', quantity: 'whole', total_price: 'whole' }],
} as const satisfies WantedFields

/** Adds a record to each of `targets`, in place; rejected ones are no business. */
export function countOrder(targets: readonly BusinessSums[], entry: RecordEntry): void {
  if (entry.error !== undefined || !('order_full' in entry)) return
  const type = orderEventTypeOf(entry)
  for (const sums of targets) sums.funnel.add(bounded(type ?? NONE), 1)
  // The other events are most of all, and their payload is not parsed.
  if (type !== 'order.created' && type !== 'order.cancelled') return
  const order = entry.order_full ?? {}
  const currency = nameOf(order['currency'])
  const total = hundredths(order['total'])
  for (const sums of targets) {
    if (type === 'order.cancelled') sums.cancelled.add(currency, total)
    else countCreated(sums, order, { currency, total })
  }
}

function countCreated(
  sums: BusinessSums,
  order: Record<string, unknown>,
  { currency, total }: { currency: string; total: number },
): void {
  const customer = isObject(order['customer_info']) ? order['customer_info'] : {}
  sums.booked.add(currency, total)
  sums.created.add(currency, 1)
  sums.customers.add(moneyKey(currency, nameOf(customer['name'] ?? customer['customer_id'])), total)
  sums.payments.add(moneyKey(currency, nameOf(order['payment_method'])), total)
  for (const item of Array.isArray(order['items']) ? order['items'] : []) {
    if (!isObject(item)) continue
    const product = nameOf(item['item_name'] ?? item['item_id'])
    sums.quantities.add(product, typeof item['quantity'] === 'number' ? item['quantity'] : 0)
    sums.revenues.add(moneyKey(currency, product), hundredths(item['total_price']))
  }
}

/** Whole hundredths: sums of them are exact, sums of fractions are not. */
const hundredths = (amount: unknown): number => (typeof amount === 'number' ? Math.round(amount * 100) : 0)

const nameOf = (name: unknown): string => (typeof name === 'string' && name !== '' ? bounded(name) : NONE)

/** A copy: a slice of a text keeps the whole of it in memory. */
const bounded = (name: string): string =>
  name.length <= NAME_UNITS_MAX ? name : Buffer.from(name.slice(0, NAME_UNITS_MAX)).toString()
