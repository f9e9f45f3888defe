import { isObject } from '../../src/monitor/tail/entry-reader.js'
import type { WantedFields } from '../../src/shared/journal/scan/wanted-fields.js'

/** What of a parsed order is wanted, taken out of it field by field; what is not as it is wanted stays as it is. */
export function wantedPart(order: unknown, wanted: WantedFields): unknown {
  if (!isObject(order)) return order
  return Object.fromEntries(
    Object.entries(order)
      .filter(([name]) => Object.hasOwn(wanted, name))
      .map(([name, value]) => {
        const each = wanted[name]
        if (each === undefined || each === 'whole') return [name, value]
        if (!(0 in each)) return [name, wantedPart(value, each as WantedFields)]
        const [ofItem] = each as readonly [WantedFields]
        return [name, Array.isArray(value) ? value.map((item) => wantedPart(item, ofItem)) : value]
      }),
  )
}
