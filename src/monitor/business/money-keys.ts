/** Keys of sums of money: each begins with its currency, because money is never added across currencies. */

/** Between the currency and the rest of a key; stands in no name that is shown as it is. */
const SEPARATOR = '\n'
/** Keys that are remembered; then they are forgotten together. */
const KNOWN_MAX = 4096

/** By currency and name. */
let known = new Map<string, Map<string, string>>()
let knownCount = 0

/** The key of a sum under a name. Few of them stand in order after order, and a text that was looked for before is found faster. */
export function moneyKey(currency: string, name: string): string {
  const key = known.get(currency)?.get(name)
  if (key !== undefined) return key
  if (knownCount === KNOWN_MAX) {
    known = new Map()
    knownCount = 0
  }
  const made = `${currency}${SEPARATOR}${name}`
  const names = known.get(currency) ?? new Map<string, string>()
  known.set(currency, names.set(name, made))
  knownCount += 1
  return made
}

/** Currency and name of a key made by {@link moneyKey}. */
export function splitMoneyKey(key: string): [currency: string, name: string] {
  const at = key.indexOf(SEPARATOR)
  return [key.slice(0, at), key.slice(at + 1)]
}
