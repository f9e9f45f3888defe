import fc from 'fast-check'
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
  const zoom = fc.option(fc.constantFrom(...PANELS), { nil: null })
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 400 }),
      fc.integer({ min: 15, max: 200 }),
      fc.nat(5),
      zoom,
      (columns, rows, alarms, zoomed) => {
        const layout = layOut({ columns, rows, zoom: zoomed }, alarms)
        if (layout.kind === 'status') throw new Error('expected panels')
        const bandRows = layout.bands.reduce((sum, { height }) => sum + height + 1, 1)
        // Header and footer.
        expect(bandRows + layout.alarmRows + 2).toBe(rows - 1)
        for (const { cells, height } of layout.bands) {
          expect(cells.reduce((sum, { width }) => sum + width + 1, 1)).toBe(columns)
          expect(height).toBeGreaterThanOrEqual(2)
        }
      },
    ),
  )
})
