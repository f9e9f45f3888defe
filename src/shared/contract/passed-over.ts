/** In words: which offsets the tracker had to pass over although they held records. */
import type { TrackerMetrics } from './log-entry.js'

/** For a person; null where none was passed over. */
export function passedOverText({ passed_over_total = {} }: TrackerMetrics): string | null {
  const counts = Object.entries(passed_over_total).filter(([, count]) => count > 0)
  if (counts.length === 0) return null
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const reasons = counts.map(([reason, count]) => `${count} ${reason}`).join(', ')
  return `${total} offset${total === 1 ? '' : 's'} of the topics could not be journaled (${reasons}); their journal.gap lines tell which`
}
