import { expect, test } from 'vitest'
import { VIEW_PANELS, VIEWS, type ViewName } from '../../../../src/monitor/model/views.js'
import { layOut } from '../../../../src/monitor/view/layout.js'

const panelsAt = (columns: number, rows: number, name: ViewName = 'overview'): string[][] => {
  const layout = layOut({ columns, rows, name, zoom: null }, 0)
  return layout.kind === 'status' ? [] : layout.bands.map(({ cells }) => cells.map(({ panel }) => panel))
}

test('all panels of a view are there from 80x24 on, but the third chart from 120 columns', () => {
  for (const name of VIEWS) {
    expect(panelsAt(80, 24, name).flat()).toEqual(VIEW_PANELS[name].filter((panel) => panel !== 'latency'))
    for (const [columns, rows] of [
      [120, 40],
      [160, 50],
      [300, 100],
    ] as const) {
      expect(panelsAt(columns, rows, name).flat().sort()).toEqual([...VIEW_PANELS[name]].sort())
    }
  }
})

test('wide screens put events and log side by side', () => {
  expect(panelsAt(120, 40).slice(2)).toEqual([['events'], ['logs']])
  expect(panelsAt(160, 50).slice(2)).toEqual([['events', 'logs']])
})

test('below 80x24 there is one panel at a time, the one that tells most first', () => {
  expect(panelsAt(79, 50)).toEqual([['metrics']])
  expect(panelsAt(200, 23, 'business')).toEqual([['money']])
  expect(layOut({ columns: 60, rows: 15, name: 'live', zoom: 'logs' }, 0)).toMatchObject({
    bands: [{ cells: [{ panel: 'logs', width: 58 }] }],
  })
})

test('too small for panels is a status line with rows', () => {
  expect(layOut({ columns: 40, rows: 12, name: 'overview', zoom: null }, 0)).toEqual({
    kind: 'status',
    rows: 11,
  })
  expect(layOut({ columns: 59, rows: 50, name: 'live', zoom: 'events' }, 0).kind).toBe('status')
  expect(layOut({ columns: 200, rows: 14, name: 'overview', zoom: null }, 0).kind).toBe('status')
})

test('whatever the size and the alarms, the frame is one row lower than the terminal and exactly as wide', () => {
  for (const columns of [60, 79, 80, 149, 150, 151, 400]) {
    for (let rows = 15; rows <= 120; rows += 1) {
      for (let alarms = 0; alarms <= 5; alarms += 1) {
        for (const name of VIEWS) expectExactFrame({ columns, rows, name, zoom: null }, alarms)
        expectExactFrame({ columns, rows, name: 'live', zoom: 'events' }, alarms)
      }
    }
  }
})

test('an alarm has its row even in the smallest grid', () => {
  expect(layOut({ columns: 60, rows: 15, name: 'overview', zoom: null }, 3)).toMatchObject({
    kind: 'grid',
    alarmRows: 1,
  })
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
