import { expect, test } from 'vitest'
import { update } from '../../../../src/monitor/model/update.js'
import { PlainLines } from '../../../../src/monitor/view/plain-lines.js'
import { NOW_MS, stateAfter, steadyBuckets, tailUpdate } from '../../../support/monitor-state.js'

/** Half a minute, second by second, with so many of a hundred records accepted in each. */
function linesOf(accepted: readonly number[]): string[] {
  const lines = new PlainLines()
  let state = stateAfter({ buckets: steadyBuckets(60, 100) })
  lines.next(state)
  return accepted.flatMap((count, index) => {
    const nowMs = NOW_MS + (index + 1) * 1000
    const buckets = [{ second: nowMs / 1000 - 1, records: 100, accepted: count, bytes: 0 }]
    state = update(state, { type: 'tail', update: tailUpdate({ buckets }), nowMs }).state
    return lines.next(state)
  })
}

test('an alert is told once when it is raised and once when it is over, whatever its figure does meanwhile', () => {
  const seconds = (count: number, accepted: number): number[] => Array<number>(count).fill(accepted)
  const told = linesOf([...seconds(100, 20), ...seconds(120, 100)]).filter((line) => line.includes('alert'))
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(
    /^\d\d:\d\d:\d\d CRITICAL alert: success rate \d\d\.\d % over 60 s, limit 80\.0 %, since /,
  )
  expect(told[1]).toBe(`${told[1]?.slice(0, 8)} over: ${told[0]?.slice('00:00:00 CRITICAL '.length)}`)
})
