/** The business figures as they are shown: plain data, the largest first, no more of it than a screen can hold. */
import { splitMoneyKey } from './money-keys.js'
import { type BusinessSums, isExact } from './sums.js'

export const SCOPES = ['all', '24h', '1h'] as const

/** Which part of the journal the figures are about. */
export type Scope = (typeof SCOPES)[number]

/** Rows of each list. */
const ROWS_MAX = 100

export interface MoneyRow {
  currency: string
  /** Hundredths of the currency's unit, as everything that ends in Minor. */
  bookedMinor: number
  cancelledMinor: number
  /** Orders created. */
  created: number
}

/** A sum of money under a name. */
export interface AmountRow {
  currency: string
  name: string
  amountMinor: number
}

export interface CountRow {
  name: string
  count: number
}

export interface BusinessReport {
  scope: Scope
  /** Where the scope begins, milliseconds since 1970; null for all. */
  fromMs: number | null
  /** False where there were so many names that small ones were let go. */
  isExact: boolean
  /** By what is booked; the lists below name the currency of each amount. */
  money: MoneyRow[]
  funnel: CountRow[]
  customers: AmountRow[]
  productsByQuantity: CountRow[]
  productsByRevenue: AmountRow[]
  payments: AmountRow[]
}

export function makeReport(sums: BusinessSums, scope: Scope, fromMs: number | null): BusinessReport {
  return {
    scope,
    fromMs,
    isExact: isExact(sums),
    money: moneyRows(sums),
    funnel: counts(sums, 'funnel'),
    customers: amounts(sums, 'customers'),
    productsByQuantity: counts(sums, 'quantities'),
    productsByRevenue: amounts(sums, 'revenues'),
    payments: amounts(sums, 'payments'),
  }
}

function moneyRows({ booked, cancelled, created }: BusinessSums): MoneyRow[] {
  const bookedBy = new Map(booked.top(ROWS_MAX))
  const cancelledBy = new Map(cancelled.top(ROWS_MAX))
  const createdBy = new Map(created.top(ROWS_MAX))
  const currencies = new Set([...createdBy.keys(), ...cancelledBy.keys()])
  return [...currencies].map((currency) => ({
    currency,
    bookedMinor: bookedBy.get(currency) ?? 0,
    cancelledMinor: cancelledBy.get(currency) ?? 0,
    created: createdBy.get(currency) ?? 0,
  }))
}

const counts = (sums: BusinessSums, name: 'funnel' | 'quantities'): CountRow[] =>
  sums[name].top(ROWS_MAX).map(([key, count]) => ({ name: key, count }))

const amounts = (sums: BusinessSums, name: 'customers' | 'revenues' | 'payments'): AmountRow[] =>
  sums[name].top(ROWS_MAX).map(([key, amountMinor]) => {
    const [currency, label] = splitMoneyKey(key)
    return { currency, name: label, amountMinor }
  })
