import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Alert,
  type AlertCode,
  type AlertFigures,
  type AlertRules,
  dismissed,
  nextAlerts,
  shownAlerts,
  UNSEEN_MS_MAX,
} from '../../../../src/monitor/model/alerts.js'

const LIMIT = 1000
const MARGIN_PERCENT = 10
/** Inside the limit from here on down. */
const BACK = 900
const HOLD_MS = 5000
const STEP_MS = 1000

const rule = (limit: number, holdMs = HOLD_MS) => ({ limit, holdMs })
const RULES: AlertRules = {
  lag: rule(LIMIT),
  success_rate: rule(80),
  stall: rule(0),
  journal: rule(0, 0),
  marginPercent: MARGIN_PERCENT,
}
const NOTHING_KNOWN: AlertFigures = { lag: null, success_rate: null, stall: null, journal: null }

interface Look {
  value: number | null
  nowMs: number
}

/** The alert of one figure after each of the looks. */
function watch(looks: readonly Look[], code: AlertCode = 'lag'): (Alert | undefined)[] {
  let alerts: readonly Alert[] = []
  return looks.map(({ value, nowMs }) => {
    alerts = nextAlerts(alerts, { ...NOTHING_KNOWN, [code]: value }, { rules: RULES, nowMs })
    return alerts[0]
  })
}

const everySecond = (values: readonly (number | null)[]): Look[] =>
  values.map((value, index) => ({ value, nowMs: index * STEP_MS }))

const seconds = (count: number, value: number): number[] => Array<number>(count).fill(value)
const phases = (looks: readonly Look[], code?: AlertCode): string[] =>
  watch(looks, code).map((alert) => alert?.phase ?? 'quiet')
const timesRaised = (found: readonly string[]): number =>
  found.filter((phase, index) => phase === 'raised' && found[index - 1] !== 'raised').length

test('it is raised when the limit has been passed for the hold time, not before', () => {
  const found = phases(everySecond([LIMIT, ...seconds(7, LIMIT + 1)]))
  expect(found).toEqual(['quiet', ...Array(5).fill('pending'), 'raised', 'raised'])
})

test('it ends when the figure was inside by the margin for the hold time, not before', () => {
  const found = phases(everySecond([...seconds(6, 2000), BACK + 1, ...seconds(7, BACK)]))
  expect(found.slice(5)).toEqual(['raised', 'raised', ...Array(5).fill('raised'), 'quiet', 'quiet'])
})

test('one look outside the margin begins the way back anew', () => {
  const values = [...seconds(6, 2000), ...seconds(5, BACK), BACK + 1, ...seconds(5, BACK)]
  expect(new Set(phases(everySecond(values)).slice(5))).toEqual(new Set(['raised']))
})

test('a figure that swings about its limit and never comes back by the margin is raised once at most', () => {
  const swinging = fc.array(fc.integer({ min: BACK + 1, max: LIMIT + 100 }), { maxLength: 200 })
  fc.assert(fc.property(swinging, (values) => timesRaised(phases(everySecond(values))) <= 1))
})

test('a figure that swings faster than the hold time raises nothing', () => {
  const burst = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3 }))
  const values = fc
    .array(burst)
    .map((bursts) =>
      bursts.flatMap(([bad, good]) => [...seconds(bad, LIMIT * 5), ...seconds(good, LIMIT - 1)]),
    )
  fc.assert(fc.property(values, (looks) => timesRaised(phases(everySecond(looks))) === 0))
})

/** The rule by looking back over all that was seen: how long did it hold, up to the last look? */
function raisedByHistory(looks: readonly Look[]): boolean[] {
  const heldMs = (until: number, holds: (value: number) => boolean): number => {
    let from = until + 1
    while (from > 0) {
      const value = looks[from - 1]?.value ?? null
      if (value === null || !holds(value)) break
      from -= 1
    }
    return from > until ? -1 : (looks[until]?.nowMs ?? 0) - (looks[from]?.nowMs ?? 0)
  }
  const raised: boolean[] = []
  for (const index of looks.keys()) {
    const isEnough = raised[index - 1]
      ? heldMs(index, (value) => value <= BACK) < HOLD_MS
      : heldMs(index, (value) => value > LIMIT) >= HOLD_MS
    raised.push(isEnough)
  }
  return raised
}

test('whatever a figure does, it is raised exactly when its history says so', () => {
  const value = fc.option(fc.constantFrom(BACK, BACK + 1, LIMIT, LIMIT + 1), { freq: 12 })
  const run = fc.tuple(value, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 1500 }))
  const looks = fc.array(run, { maxLength: 30 }).map((runs) => {
    let nowMs = 0
    return runs.flatMap(([held, count, stepMs]) =>
      Array.from({ length: count }, (): Look => {
        nowMs += stepMs
        return { value: held, nowMs }
      }),
    )
  })
  fc.assert(
    fc.property(looks, (seen) => {
      expect(phases(seen).map((phase) => phase === 'raised')).toEqual(raisedByHistory(seen))
    }),
  )
})

test('the margin of the success rate is measured in what may fail: 80 % is back at 82 %', () => {
  const below = seconds(6, 79.9)
  expect(phases(everySecond([...below, ...seconds(6, 81.9)]), 'success_rate').at(-1)).toBe('raised')
  expect(phases(everySecond([...below, ...seconds(6, 82)]), 'success_rate').at(-1)).toBe('quiet')
  expect(phases(everySecond(seconds(9, 80)), 'success_rate').at(-1)).toBe('quiet')
})

test('a limit of no count at all is passed by one, and kept by none', () => {
  expect(phases(everySecond([...seconds(6, 1), ...seconds(6, 0)]), 'stall').slice(4, 7)).toEqual([
    'pending',
    'raised',
    'raised',
  ])
  expect(phases(everySecond([0, 1, 0]), 'journal')).toEqual(['quiet', 'raised', 'quiet'])
})

test('what is not known neither raises nor ends an alert', () => {
  expect(phases(everySecond([...seconds(5, 2000), null, ...seconds(5, 2000)])).at(-1)).toBe('pending')
  const raised = everySecond([...seconds(6, 2000), ...Array<null>(20).fill(null)])
  expect(watch(raised).at(-1)).toMatchObject({ phase: 'raised', value: 2000, sinceMs: 0 })
})

test('time in which nobody looked raises nothing and ends nothing', () => {
  const asleepMs = UNSEEN_MS_MAX + 1
  const pending = [
    { value: 2000, nowMs: 0 },
    { value: 2000, nowMs: asleepMs },
  ]
  expect(watch(pending).at(-1)).toMatchObject({ phase: 'pending', sinceMs: asleepMs })
  const raised = everySecond([...seconds(6, 2000), 0])
  expect(watch([...raised, { value: 0, nowMs: 7000 + asleepMs }]).at(-1)).toMatchObject({ phase: 'raised' })
})

test('a clock that goes back makes nothing wait longer than the hold time', () => {
  const looks = [3_600_000, ...seconds(6, 0).map((_zero, index) => index * STEP_MS)]
  const found = phases(looks.map((nowMs) => ({ value: 2000, nowMs })))
  expect(found.at(-1)).toBe('raised')
})

test('an alert that was put away stays away, and comes back when it is raised anew', () => {
  let alerts: readonly Alert[] = []
  let nowMs = 0
  const look = (value: number, count: number): number => {
    for (let index = 0; index < count; index += 1) {
      nowMs += STEP_MS
      alerts = nextAlerts(alerts, { ...NOTHING_KNOWN, lag: value }, { rules: RULES, nowMs })
    }
    return shownAlerts(alerts).length
  }
  expect(look(2000, 6)).toBe(1)
  alerts = dismissed(alerts)
  expect([look(5000, 20), look(0, 6), look(2000, 5), look(2000, 1)]).toEqual([0, 0, 0, 1])
})

test('what is only pending cannot be put away', () => {
  const [pending] = watch(everySecond([2000]))
  expect(pending && dismissed([pending])).toEqual([pending])
})
