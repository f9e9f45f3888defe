/** Journals with anything in them, in any order: what their readers have to be right about. */
import fc from 'fast-check'
import { orderPayload, type TrackerFiles } from './tracker-files.js'

export const PLAN_START_MS = Date.parse('2026-11-21T02:15:00.000Z')

type Step =
  | { do: 'orders'; count: number }
  | { do: 'rejected'; count: number }
  | { do: 'wait'; ms: number }
  | { do: 'checkpoint' | 'rotate' | 'noise' | 'large' }

export const plans: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('orders' as const), count: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant('rejected' as const), count: fc.constantFrom(1, 1, 2, 70) }),
    // Clocks go back as well.
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: -4000, max: 5_000_000 }) }),
    fc.constantFrom<Step>({ do: 'checkpoint' }, { do: 'rotate' }, { do: 'noise' }, { do: 'large' }),
  ),
  { minLength: 1, maxLength: 20 },
)

/** Begins at {@link PLAN_START_MS}; each step is 300 ms later. */
export function writePlan(files: TrackerFiles, plan: Step[]): void {
  let timeMs = PLAN_START_MS
  let orders = 0
  files.appendEvents(files.opened(timeMs), files.checkpoint(timeMs))
  for (const step of plan) {
    timeMs += 300
    if (step.do === 'wait') timeMs += step.ms
    else if (step.do === 'orders') {
      files.appendEvents(files.orders(step.count, { timeMs, stepMs: 40, first: orders }))
      orders += step.count
    } else if (step.do === 'rejected') {
      const lines = Array.from({ length: step.count }, () => files.record(Buffer.from('nothing'), { timeMs }))
      files.appendEvents(...lines)
    } else if (step.do === 'checkpoint') files.appendEvents(files.checkpoint(timeMs))
    else if (step.do === 'rotate') files.rotate(timeMs)
    else if (step.do === 'noise') files.appendEvents(Buffer.from('no line of ours\n'))
    else files.appendEvents(files.record(orderPayload(1, { note: 'y'.repeat(700_000) }), { timeMs }))
  }
}
