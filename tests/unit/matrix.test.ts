/** The judge of the fault matrix: what a whole run must have reported, and the page that is made of it. */
import { expect, test } from 'vitest'
import { FAILPOINTS } from '../../src/shared/runtime/failpoints.js'
import { MATRIX, type MatrixLine } from '../support/matrix.js'
import { matrixFaults } from '../support/matrix-reporter.js'
import { reliabilityPage } from '../support/reliability.js'

const FAULTS = new Set(['faults'])

const whole = (): MatrixLine[] => [
  ...MATRIX.filter(({ project }) => project === 'faults').map(
    ({ row }): MatrixLine => ({ kind: 'row', row, runs: 1, lost: 0, duplicated: 0 }),
  ),
  ...FAILPOINTS.map((name): MatrixLine => ({ kind: 'failpoint', name })),
  { kind: 'control', name: 'append, then commit', runs: 1, lost: 0, duplicated: 991, recoveryMs: 30_090 },
]

test('a run that reported everything is good, and a run of single files is not judged', () => {
  expect(matrixFaults(whole(), FAULTS)).toEqual([])
  expect(matrixFaults([], new Set())).toEqual([])
})

test('a row or a failpoint that nobody reported makes a whole run red', () => {
  const lines = whole().filter(
    (line) =>
      !(line.kind === 'row' && line.row === 14) && !(line.kind === 'failpoint' && line.name.endsWith('sync')),
  )
  expect(matrixFaults(lines, FAULTS)).toEqual([
    'row 14 (broker killed, 8 s away; 60 s in the soak) was not reported by any test of faults',
    'failpoint journal.after_sync was not reached',
  ])
})

test('a row that cannot be tried on this machine counts as reported', () => {
  const lines = whole().filter((line) => !(line.kind === 'row' && line.row === 17))
  expect(matrixFaults([...lines, { kind: 'missing', row: 17, needs: 'mounts' }], FAULTS)).toEqual([])
})

test('a control without a fault makes a whole run red, and so does a row with one', () => {
  const lines = whole().map(
    (line): MatrixLine => (line.kind === 'control' ? { ...line, duplicated: 0 } : line),
  )
  expect(matrixFaults(lines, FAULTS)).toEqual(['no control was found wanting: the oracle may be blind'])
  const lossy: MatrixLine = { kind: 'row', row: 3, runs: 1, lost: 2, duplicated: 1 }
  expect(matrixFaults([lossy], new Set())).toEqual(['row 3: 2 lost, 1 duplicated'])
})

test('the page adds up what several tests measured of one row', () => {
  const page = reliabilityPage([
    { kind: 'row', row: 3, runs: 21, lost: 0, duplicated: 0 },
    { kind: 'row', row: 3, runs: 4, lost: 0, duplicated: 0, recoveryMs: [900, 700, 800] },
    { kind: 'missing', row: 17, needs: 'mounts' },
    { kind: 'control', name: 'append, then commit', runs: 1, lost: 0, duplicated: 991, recoveryMs: 30_090 },
    { kind: 'run', projects: ['faults'], date: '2026-11-21T08:26:12.303Z', machine: 'linux x64, 2 cores' },
  ])
  expect(page).toContain('| 3 | SIGKILL at every failpoint and at any moment | 25 | 0 | 0 | 800 / 900 |')
  expect(page).toContain('| 17 | broker wiped, topic made anew | not here: needs mounts | | | |')
  expect(page).toContain('| 14 | broker killed, 8 s away; 60 s in the soak | not run | | | |')
  expect(page).toContain('| append, then commit | 1 | 0 | 991 | 30090 |')
  expect(page).toContain('- 2026-11-21, linux x64, 2 cores: faults')
})
