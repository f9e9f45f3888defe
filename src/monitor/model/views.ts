/** The views, the panels each is made of, and the lists one can move in. */

/** In the order of their keys 1 to 6. */
export const VIEWS = ['overview', 'live', 'lag', 'business', 'problems', 'journal'] as const

export type ViewName = (typeof VIEWS)[number]

/** The panels of each view, the most telling first: it is the one shown where there is room for one only. */
export const VIEW_PANELS = {
  overview: ['metrics', 'health', 'throughput', 'success', 'latency', 'events', 'logs'],
  live: ['events', 'logs'],
  lag: ['partitions'],
  business: ['money', 'funnel', 'customers', 'payments', 'quantities', 'revenues'],
  problems: ['reasons', 'levels', 'rejections', 'errors'],
  journal: ['chain', 'files'],
} as const satisfies Record<ViewName, readonly string[]>

export type PanelName = (typeof VIEW_PANELS)[ViewName][number]

/** Lists of rows that come and go; a cursor in one of them holds all of them still. */
export type ListName = 'events' | 'logs' | 'rejections' | 'errors' | 'found'

/** The list that keys move in: the enlarged one, else the first of the view. */
export function listOf(view: ViewName, zoom: PanelName | null): ListName | null {
  if (zoom === 'events' || zoom === 'logs' || zoom === 'rejections' || zoom === 'errors') return zoom
  if (zoom !== null) return null
  if (view === 'overview' || view === 'live') return 'events'
  return view === 'problems' ? 'rejections' : null
}

/** Goes round through a row of stops; null where it is in none of them counts as before the first. */
export function roundTo<T>(stops: readonly T[], from: T, step: 1 | -1): T {
  const at = stops.indexOf(from) + step
  return stops[(at + stops.length) % stops.length] as T
}
