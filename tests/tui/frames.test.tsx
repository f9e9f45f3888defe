/** Frames as Ink draws them from a state: what stands on the screen, and what never may. */
import { renderToString } from 'ink'
import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, test } from 'vitest'
import type { MonitorState } from '../../src/monitor/model/state.js'
import { update } from '../../src/monitor/model/update.js'
import type { TailUpdate } from '../../src/monitor/tail/protocol.js'
import { App } from '../../src/monitor/view/app.js'
import { ASCII, UNICODE } from '../../src/monitor/view/glyphs.js'
import { emptyTotals } from '../../src/shared/journal/totals.js'
import { textWidth } from '../../src/shared/runtime/terminal-text.js'
import {
  eventRow,
  journalUpdate,
  logRow,
  logUpdate,
  metricsReading,
  NOW_MS,
  stateAfter,
  steadyBuckets,
} from '../support/monitor-state.js'

afterEach(() => cleanup())

const totals = {
  ...emptyTotals(),
  records: 1_234_567,
  accepted: 1_209_876,
  rejected: { not_json: 20_000, total_mismatch: 4691 },
  by_event_type: { 'order.created': 1_209_876 },
  bytes: 987_654_321,
}

const busy: Partial<TailUpdate> = {
  journal: journalUpdate({ totals, seq: 1_234_800, agreedSeq: 1_234_700 }),
  buckets: steadyBuckets(300, 50, 49),
  events: [
    eventRow(1),
    eventRow(2, {
      kind: 'rejected',
      reason: 'total_mismatch',
      detail: 'total is 1, expected 19.3 within 0.01',
    }),
    eventRow(3, { kind: 'journal', label: 'journal.gap', detail: 'orders/2 offsets 10 to 14: retention' }),
    eventRow(4),
  ],
  logs: [
    logRow(1),
    logRow(2, { level: 'error', kind: 'journal.error', message: 'write failed', error: 'ENOSPC' }),
  ],
  log: logUpdate({ metrics: metricsReading() }),
}

function at(columns: number, rows: number, state: MonitorState, ...keys: string[]): MonitorState {
  const sized = update(state, { type: 'resize', columns, rows }).state
  return keys.reduce((before, key) => update(before, { type: 'key', key, nowMs: NOW_MS }).state, sized)
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

describe('whatever the size', () => {
  for (const [columns, rows] of SIZES) {
    test(`at ${columns}x${rows} the frame is ${rows - 1} rows high and no row is wider than the terminal`, () => {
      for (const keys of [[], ['1'], ['2'], ['3'], ['4'], ['5'], ['6'], ['?']]) {
        const lines = frameOf(at(columns, rows, stateAfter(busy), ...keys)).split('\n')
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
      expect(frameOf(at(columns, rows, stateAfter({ ...busy, journal }))).split('\n').length).toBe(rows - 1)
    }
  })

  test('borders meet: every row between the first and the last rule begins and ends with a line', () => {
    for (const [columns, rows] of SIZES.slice(1)) {
      const lines = frameOf(at(columns, rows, stateAfter(busy)))
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
  const frame = () => frameOf(at(80, 24, stateAfter(busy)))

  test('all six panels are there, with their numbers', () => {
    for (const title of ['1 Metrics', '2 Health', '3 Throughput', '4 Success', '5 Events', '6 Log']) {
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
    expect(frameOf(at(80, 24, stateAfter({ ...busy, log })))).toMatch(/lag 1,234 {2}latency p50 3 p95 8/)
  })

  test('events are newest first, rejected ones with their reason', () => {
    const rows = frame().split('\n')
    const index = (text: string): number => rows.findIndex((row) => row.includes(text))
    expect(index('#4')).toBeGreaterThan(0)
    expect(index('#4')).toBeLessThan(index('journal.gap'))
    expect(index('journal.gap')).toBeLessThan(index('total_mismatch'))
    expect(rows[index('total_mismatch')]).toContain('■')
  })

  test('an error in the log shows its text', () => {
    expect(frame()).toContain('write failed: ENOSPC')
  })
})

test('metrics and health are tables of ink-table, enlarged with all their lines', () => {
  const metrics = frameOf(at(120, 40, stateAfter(busy), '1'))
  expect(metrics).toContain('┌')
  expect(metrics).toMatch(/│ received +│ +1,234,567 │/)
  expect(metrics).toMatch(/rejected by reason[\s\S]*not_json +20,000[\s\S]*total_mismatch +4,691/)
  expect(frameOf(at(120, 40, stateAfter(busy), '2'))).toMatch(/│ throughput +│ ● normal/)
})

test('a panel that is enlarged while it is on the screen gets its lines, and loses them again', () => {
  const app = (...keys: string[]) => <App state={at(100, 40, stateAfter(busy), ...keys)} glyphs={UNICODE} />
  const { lastFrame, rerender } = render(app())
  expect(lastFrame()).not.toContain('┌')
  rerender(app('1'))
  expect(lastFrame()).toContain('┌')
  rerender(app())
  expect(lastFrame()).not.toContain('┌')
})

test('without signs beyond ASCII nothing beyond ASCII is drawn', () => {
  for (const keys of [[], ['1'], ['2'], ['3'], ['5'], ['?']]) {
    expect(frameOf(at(100, 30, stateAfter(busy), ...keys), ASCII)).toMatch(/^[\x20-\x7e\n]*$/)
  }
})

test('control characters of a record never reach the terminal', () => {
  const hostile = '\u001b]0;owned\u0007\u009b2J\u202e\u200b'
  const row = eventRow(9, {
    kind: 'rejected',
    reason: hostile,
    detail: hostile,
    topic: hostile,
    payload: hostile,
    order: null,
  })
  const log = logRow(9, { message: hostile, kind: hostile, error: hostile })
  for (const [columns, rows] of SIZES) {
    const frame = frameOf(at(columns, rows, stateAfter({ ...busy, events: [row], logs: [log] }), '5'))
    expect(frame.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  }
})

test('a payload of 16 KiB of wide characters does not push a border out of its place', () => {
  const row = eventRow(9, {
    payload: '注'.repeat(5000),
    order: { ...eventRow(9).order, customer: '注文'.repeat(50) } as never,
  })
  const lines = frameOf(at(160, 50, stateAfter({ ...busy, events: [row] }), '5')).split('\n')
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
  const lines = frameOf(at(40, 12, stateAfter(busy))).split('\n')
  expect(lines[0]).toMatch(/^● 1,234,567 · 50\.0\/s · 98\.0 % · lag –$/)
  expect(lines[1]).toContain('created')
  expect(lines[2]).toContain('journal.gap')
})

test('a frame follows its state', () => {
  const app = (state: MonitorState) => <App state={at(100, 30, state)} glyphs={UNICODE} />
  const { lastFrame, rerender } = render(app(stateAfter()))
  expect(lastFrame()).toMatch(/received +0 /)
  rerender(app(stateAfter(busy)))
  expect(lastFrame()).toMatch(/received +1,234,567/)
})
