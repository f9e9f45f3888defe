/** The ten orders that the producer places, round robin; amounts in cents, so that every sum is exact. */

export interface OrderTemplate {
  client: string
  itemName: string
  quantity: number
  unitPriceCents: number
}

const template = (
  client: string,
  itemName: string,
  quantity: number,
  unitPriceCents: number,
): OrderTemplate => ({
  client,
  itemName,
  quantity,
  unitPriceCents,
})

export const CATALOGUE: readonly OrderTemplate[] = [
  template('client01', 'espresso', 2, 250),
  template('client02', 'cappuccino', 3, 320),
  template('client03', 'latte', 4, 350),
  template('client04', 'macchiato', 5, 300),
  template('client05', 'flat white', 6, 330),
  template('client06', 'mocha', 7, 400),
  template('client07', 'americano', 8, 280),
  template('client08', 'chai latte', 9, 380),
  template('client09', 'matcha', 10, 450),
  template('client10', 'smoothie fraise', 11, 550),
]

export const TAX_PERCENT = 20
export const SHIPPING_FEE_CENTS = 250
export const STOCK_BASE = 100
