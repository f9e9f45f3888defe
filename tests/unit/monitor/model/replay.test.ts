/** A replay asks for one moment after the other, at its own pace, and never for more than it is answered. */
import { expect, test } from 'vitest'
import type { Effect, MonitorState } from '../../../../src/monitor/model/state.js'
import { update } from '../../../../src/monitor/model/update.js'
import { momentAt } from '../../../support/moments.js'
import { NOW_MS, stateAfter } from '../../../support/monitor-state.js'

const FROM_MS = NOW_MS - 3_600_000

const begun = (): MonitorState => {
  const target = { kind: 'time', timeMs: FROM_MS } as const
  return update(stateAfter(), { type: 'goTo', target, speed: 10 }).state
}

/** Answers what was asked for. */
function answered(state: MonitorState, isReached = true): MonitorState {
  const { queryId, target } = state.past ?? { queryId: 0 }
  const timeMs = target?.kind === 'time' ? target.timeMs : 0
  const answer = { queryId, moment: momentAt(20, { timeMs, isReached }), problem: null }
  return update(state, { type: 'moment', answer }).state
}

const tick = (state: MonitorState, ms: number): { state: MonitorState; effects: Effect[] } =>
  update(state, { type: 'tick', nowMs: state.nowMs + ms })

/** Plays for so long, a tenth of a second at a time, with every question answered at once. */
function played(state: MonitorState, ms: number): MonitorState {
  let playing = state
  for (let elapsed = 0; elapsed < ms; elapsed += 100) {
    playing = tick(playing, 100).state
    if (playing.past?.isWaiting) playing = answered(playing)
  }
  return playing
}

test('ten seconds of the journal pass in one, from the first moment shown on', () => {
  const first = tick(answered(begun()), 0).state
  expect(played(first, 3000).past?.moment?.timeMs).toBe(FROM_MS + 30_000)
})

test('the next moment is not asked for before the last one has come', () => {
  const playing = tick(answered(begun()), 0).state
  const asked = tick(playing, 100)
  expect(asked.effects).toMatchObject([{ type: 'moment', target: { kind: 'time', timeMs: FROM_MS + 1000 } }])
  expect(tick(asked.state, 100).effects).toEqual([])
  const late = tick(answered(tick(asked.state, 100).state), 100)
  expect(late.effects).toMatchObject([{ target: { timeMs: FROM_MS + 3000 } }])
})

test('p holds it and lets it go on from there', () => {
  const playing = played(tick(answered(begun()), 0).state, 1000)
  const held = update(playing, { type: 'key', key: 'p', nowMs: playing.nowMs }).state
  expect(played(held, 5000).past?.moment?.timeMs).toBe(FROM_MS + 10_000)
  const again = update(played(held, 5000), { type: 'key', key: 'p', nowMs: held.nowMs + 5000 }).state
  expect(played(tick(again, 0).state, 1000).past?.moment?.timeMs).toBe(FROM_MS + 20_000)
})

test('a jump ends it where one goes, End is live', () => {
  const playing = played(tick(answered(begun()), 0).state, 1000)
  const jumped = update(playing, { type: 'key', key: '<', nowMs: playing.nowMs }).state
  expect(jumped).toMatchObject({ replay: null, past: { target: { timeMs: FROM_MS + 10_000 - 60_000 } } })
  expect(update(playing, { type: 'key', key: 'end', nowMs: playing.nowMs }).state).toMatchObject({
    replay: null,
    past: null,
  })
})

test('where the journal ends it stands still, and near now it is live', () => {
  const playing = tick(tick(answered(begun()), 0).state, 100).state
  expect(tick(answered(playing, false), 100).state).toMatchObject({
    replay: null,
    past: { isWaiting: false },
  })
  const late = { ...answered(playing, false), nowMs: FROM_MS + 3000 }
  expect(tick(late, 100).state).toMatchObject({ replay: null, past: null })
})
