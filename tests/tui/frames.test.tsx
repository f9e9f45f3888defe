/** Frames as Ink draws them from a state: what stands on the screen, and what never may. */
import { renderToString } from 'ink'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, test } from 'vitest'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import { VIEW_PANELS, VIEWS } from '../../src/monitor/model/views.js'
import type { TailUpdate } from '../../src/monitor/tail/protocol.js'
import { App } from '../../src/monitor/view/app.js'
import { ASCII, UNICODE } from '../../src/monitor/view/glyphs.js'
import { textWidth } from '../../src/shared/runtime/terminal-text.js'
import {
  businessUpdate,
  busyState,
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  metricsReading,
  NOW_MS,
  press,
  stateAfter,
  tailUpdate,
} from '../support/monitor-state.js'

afterEach(() => cleanup())

function at(columns: number, rows: number, state: MonitorState, ...keys: string[]): MonitorState {
  return press(update(state, { type: 'resize', columns, rows }).state, ...keys)
}

/** The busy state after one more report. */
const withTail = (changes: Partial<TailUpdate>): MonitorState => {
  const { journal, log } = busyState()
  const tail = tailUpdate({ ...(journal && { journal }), ...(log && { log }), ...changes })
  return update(busyState(), { type: 'tail', update: tail, nowMs: NOW_MS }).state
}

/** Figures in which every name is `name`. */
const hostileFigures = (name: string) => {
  const amount = [{ currency: name, name, amountMinor: 100 }]
  const count = [{ name, count: 1 }]
  return businessUpdate({
    money: [{ currency: name, bookedMinor: 1, cancelledMinor: 0, created: 1 }],
    funnel: count,
    customers: amount,
    payments: amount,
    productsByQuantity: count,
    productsByRevenue: amount,
  })
}

const frameOf = (state: MonitorState, glyphs = UNICODE): string =>
  renderToString(<App state={state} glyphs={glyphs} />, { columns: state.view.columns })

const SIZES = [
  [40, 12],
  [60, 15],
  [70, 18],
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 50],
  [250, 70],
] as const

/** Every view, every panel enlarged, help and detail. */
const KEYS_SHOWN = [
  ...VIEWS.flatMap((name, index) => [
    [String(index + 1)],
    ...VIEW_PANELS[name].map((_panel, at) => [String(index + 1), ...Array<string>(at + 1).fill('z')]),
  ]),
  ['?'],
  ['2', 'k', 'enter'],
]

describe('whatever the size', () => {
  for (const [columns, rows] of SIZES) {
    test(`at ${columns}x${rows} the frame is ${rows - 1} rows high and no row is wider than the terminal`, () => {
      for (const keys of KEYS_SHOWN) {
        const lines = frameOf(at(columns, rows, busyState(), ...keys)).split('\n')
        expect(lines.length).toBe(rows - 1)
        expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns)
      }
    })
  }

  test('alarms take rows from the panels, never from the row that stays free', () => {
    const { file } = journalUpdate()
    const journal = journalUpdate({
      badLines: 1,
      seqBreaks: 2,
      file: { ...file, state: 'denied', problem: 'EACCES' },
    })
    for (const [columns, rows] of SIZES) {
      expect(frameOf(at(columns, rows, withTail({ journal }))).split('\n').length).toBe(rows - 1)
    }
  })

  test('borders meet: every row between the first and the last rule begins and ends with a line', () => {
    for (const [columns, rows] of SIZES.slice(1)) {
      const lines = frameOf(at(columns, rows, busyState()))
        .split('\n')
        .slice(1, -1)
      for (const line of lines) {
        expect(line[0]).toMatch(/[╭│├╰]/)
        expect(textWidth(line)).toBe(columns)
        expect(line.at(-1)).toMatch(/[╮│┤╯]/)
      }
    }
  })
})

describe('at 80x24', () => {
  const frame = () => frameOf(at(80, 24, busyState()))

  test('all six panels are there, with their numbers', () => {
    for (const title of ['Metrics', 'Health', 'Throughput', 'Success', 'Events', 'Log']) {
      expect(frame()).toContain(title)
    }
    expect(frame()).toMatch(/received +1,234,567/)
    expect(frame()).toMatch(/accepted +1,209,876/)
    expect(frame()).toMatch(/rejected +24,691/)
    expect(frame()).toMatch(/success +98\.0 % +98\.0 %/)
    expect(frame()).toContain('50.0/s')
  })

  test('lag and latency are shown', () => {
    const partitions = [{ topic: 'orders', partition: 0, lag: 1234 }] as never
    const log = logUpdate({ metrics: metricsReading({ partitions }) })
    expect(frameOf(at(80, 24, withTail({ log })))).toMatch(/lag 1,234 {2}latency p50 3 p95 8/)
  })

  test('events are newest last, rejected ones with their reason', () => {
    const index = (lines: string[], text: string): number => lines.findIndex((row) => row.includes(text))
    const gap = eventRow(61, { kind: 'journal', label: 'journal.gap', detail: 'orders/2 offsets 10 to 14' })
    const spoiled = eventRow(62, { kind: 'rejected', reason: 'total_mismatch', detail: 'total is 1' })
    const rows = frameOf(at(80, 24, withTail({ events: [gap, spoiled, eventRow(63)] }))).split('\n')
    expect(index(rows, 'journal.gap')).toBeGreaterThan(0)
    expect(index(rows, 'journal.gap')).toBeLessThan(index(rows, 'total_mismatch'))
    expect(index(rows, 'total_mismatch')).toBeLessThan(index(rows, '#63'))
    expect(rows[index(rows, 'total_mismatch')]).toContain('■')
  })

  test('an error in the log shows its text', () => {
    const error = logRow(9, {
      level: 'error',
      kind: 'journal.error',
      message: 'write failed',
      error: 'ENOSPC',
    })
    expect(frameOf(at(80, 24, withTail({ logs: [error] })))).toContain('write failed: ENOSPC')
  })
})

test('metrics and health are tables of ink-table, enlarged with all their lines', () => {
  const metrics = frameOf(at(120, 40, busyState(), 'z'))
  expect(metrics).toContain('┌')
  expect(metrics).toMatch(/│ received +│ +1,234,567 │/)
  expect(metrics).toMatch(/rejected by reason[\s\S]*not_json +20,000[\s\S]*total_mismatch +4,691/)
  expect(frameOf(at(120, 40, busyState(), 'z', 'z'))).toMatch(/│ throughput +│ ● normal/)
})

test('a panel that is enlarged while it is on the screen gets its lines, and loses them again', () => {
  const app = (...keys: string[]) => <App state={at(100, 40, busyState(), ...keys)} glyphs={UNICODE} />
  const { lastFrame, rerender } = render(app())
  expect(lastFrame()).not.toContain('┌')
  rerender(app('z'))
  expect(lastFrame()).toContain('┌')
  rerender(app())
  expect(lastFrame()).not.toContain('┌')
})

test('without signs beyond ASCII nothing beyond ASCII is drawn', () => {
  for (const keys of KEYS_SHOWN) {
    expect(frameOf(at(100, 30, busyState(), ...keys), ASCII)).toMatch(/^[\x20-\x7e\n]*$/)
  }
})

test('control characters of a record never reach the terminal', () => {
  const hostile = '\u001b]0;owned\u0007\u009b2J\u202e\u200b'
  const row = eventRow(99, {
    kind: 'rejected',
    reason: hostile,
    detail: hostile,
    topic: hostile,
    payload: hostile,
    order: null,
  })
  const log = logRow(9, { message: hostile, kind: hostile, error: hostile })
  for (const [columns, rows] of SIZES) {
    const seen = withTail({ events: [row], rejections: [row], logs: [log], errorRows: [log] })
    const state = update(seen, { type: 'business', update: hostileFigures(hostile) }).state
    for (const keys of KEYS_SHOWN) {
      const frame = frameOf(at(columns, rows, state, ...keys))
      expect(frame.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  }
})

test('a payload of 16 KiB of wide characters does not push a border out of its place', () => {
  const row = eventRow(9, {
    payload: '注'.repeat(5000),
    order: { ...eventRow(9).order, customer: '注文'.repeat(50) } as never,
  })
  const lines = frameOf(at(160, 50, withTail({ events: [row] }), '2', 'z')).split('\n')
  for (const line of lines.slice(1, -1)) expect(textWidth(line)).toBe(160)
})

test('what is missing is named, with what to do about it', () => {
  const missing = { ...journalUpdate().file, state: 'missing' as const }
  const waiting = stateAfter({
    journal: journalUpdate({ seq: 0, file: missing, bucketsFromSecond: null }),
    log: logUpdate({ file: { ...missing, path: '/data/tracker.log' } }),
  })
  for (const [columns, rows] of SIZES) {
    const frame = frameOf(at(columns, rows, waiting))
    expect(frame).toContain('waiting for /nowhere/tracker.events')
    expect(frame).toContain('run ./start.sh')
  }
  const denied = { ...missing, state: 'denied' as const, problem: 'EACCES: permission denied' }
  expect(frameOf(at(120, 40, stateAfter({ journal: journalUpdate({ seq: 0, file: denied }) })))).toContain(
    'EACCES',
  )
})

test('opening a large journal shows how far it is, falling behind by how much', () => {
  expect(frameOf(at(80, 24, stateAfter({ journal: journalUpdate({ progress: 0.43 }) })))).toContain(
    'reading 43 %',
  )
  expect(frameOf(at(80, 24, stateAfter({ journal: journalUpdate({ behindLines: 12_400 }) })))).toContain(
    '12,400 lines behind',
  )
})

test('an alarm stands above the panels, and is all that the smallest screen says first', () => {
  const disagreement = { seq: 5, what: 'hash' as const, text: 'line 5 ends in aaaa, the tracker wrote bbbb' }
  const state = stateAfter({ journal: journalUpdate({ disagreement }) })
  expect(frameOf(at(120, 40, state)).split('\n')[1]).toContain('journal differs: line 5 ends in aaaa')
  expect(frameOf(at(40, 12, state)).split('\n')[0]).toContain('journal differs')
})

test('at 40x12 there is one status line, then the newest rows', () => {
  const lines = frameOf(at(40, 12, busyState())).split('\n')
  expect(lines[0]).toMatch(/^▲ 1\.23M · 50\.0\/s · 98\.0 % · lag 14,000$/)
  expect(lines.at(-1)).toContain('created')
  expect(lines).toHaveLength(11)
})

test('a frame follows its state', () => {
  const app = (state: MonitorState) => <App state={at(100, 30, state)} glyphs={UNICODE} />
  const { lastFrame, rerender } = render(app(stateAfter()))
  expect(lastFrame()).toMatch(/received +0 /)
  rerender(app(busyState()))
  expect(lastFrame()).toMatch(/received +1,234,567/)
})
