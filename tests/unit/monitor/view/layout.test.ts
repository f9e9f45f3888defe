import { expect, test } from 'vitest'
import { PANELS } from '../../../../src/monitor/model/state.js'
import { layOut } from '../../../../src/monitor/view/layout.js'

const panelsAt = (columns: number, rows: number): string[][] => {
  const layout = layOut({ columns, rows, zoom: null }, 0)
  return layout.kind === 'status' ? [] : layout.bands.map(({ cells }) => cells.map(({ panel }) => panel))
}

test('all six panels are there from 80x24 on', () => {
  for (const [columns, rows] of [
    [80, 24],
    [120, 40],
    [160, 50],
    [300, 100],
  ] as const) {
    expect(panelsAt(columns, rows).flat().sort()).toEqual([...PANELS].sort())
  }
})

test('wide screens put events and log side by side', () => {
  expect(panelsAt(120, 40).slice(2)).toEqual([['events'], ['logs']])
  expect(panelsAt(160, 50).slice(2)).toEqual([['events', 'logs']])
})

test('low screens give up the log first and then the charts', () => {
  expect(panelsAt(80, 20)).toEqual([['metrics', 'health'], ['throughput', 'success'], ['events']])
  expect(panelsAt(60, 15)).toEqual([['metrics', 'health'], ['events']])
})

test('too small for panels is a status line with rows', () => {
  expect(layOut({ columns: 40, rows: 12, zoom: null }, 0)).toEqual({ kind: 'status', rows: 11 })
  expect(layOut({ columns: 59, rows: 50, zoom: 'events' }, 0).kind).toBe('status')
  expect(layOut({ columns: 200, rows: 14, zoom: null }, 0).kind).toBe('status')
})

test('whatever the size and the alarms, the frame is one row lower than the terminal and exactly as wide', () => {
  for (const columns of [60, 79, 80, 149, 150, 151, 400]) {
    for (let rows = 15; rows <= 120; rows += 1) {
      for (let alarms = 0; alarms <= 5; alarms += 1) {
        for (const zoom of [null, ...PANELS]) expectExactFrame({ columns, rows, zoom }, alarms)
      }
    }
  }
})

test('an alarm has its row even in the smallest grid', () => {
  expect(layOut({ columns: 60, rows: 15, zoom: null }, 3)).toMatchObject({ kind: 'grid', alarmRows: 1 })
})

function expectExactFrame(view: Parameters<typeof layOut>[0], alarms: number): void {
  const layout = layOut(view, alarms)
  if (layout.kind === 'status') throw new Error('expected panels')
  const bandRows = layout.bands.reduce((sum, { height }) => sum + height + 1, 1)
  // Header and footer.
  const rows = bandRows + layout.alarmRows + 2
  const widths = layout.bands.map(({ cells }) => cells.reduce((sum, { width }) => sum + width + 1, 1))
  const heights = layout.bands.map(({ height }) => height)
  expect({
    ...view,
    alarms,
    frameRows: rows,
    widths: new Set(widths),
    isOpen: Math.min(...heights) >= 2,
  }).toEqual({
    ...view,
    alarms,
    frameRows: view.rows - 1,
    widths: new Set([view.columns]),
    isOpen: true,
  })
}
