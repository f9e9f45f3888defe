/**
 * The fault matrix: every fault that the suite answers for, and what its tests measured of it.
 *
 * A test says which row it is once the oracle has judged it ({@link reportRow}). The lines of one run stand in one
 * file, which `matrix-reporter.ts` judges at the end and `npm run reliability` turns into a table.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface MatrixRow {
  row: number
  fault: string
  /** Where the test of the row lives; `soak` is not part of `npm test`. */
  project: 'unit' | 'integration' | 'faults' | 'soak'
}

const of = (project: MatrixRow['project'], rows: [number, string][]): MatrixRow[] =>
  rows.map(([row, fault]) => ({ row, fault, project }))

/** By number. A row that is not reported although its whole project ran makes the run red. */
export const MATRIX: MatrixRow[] = [
  ...of('faults', [
    [1, 'SIGTERM or SIGINT under load'],
    [2, 'second SIGINT; drain stuck'],
    [3, 'SIGKILL at every failpoint and at any moment'],
    [5, 'journal cut off in a line, zeros or garbage at its end'],
    [6, 'journal changed in its middle'],
    [7, 'disk of the journal full'],
    [8, 'disk of the log full'],
    [10, 'every file system call on the journal fails once'],
    [13, 'broker stopped and started'],
    [14, 'broker killed, 8 s away; 60 s in the soak'],
    [16, 'connections cut, half open, slow, in pieces, reset in an answer'],
    [17, 'broker wiped, topic made anew'],
    [18, 'retention passed the position'],
    [20, 'second tracker, stale lock, reused pid'],
    [21, 'members join, leave and are killed, each with a journal of its own'],
    [22, 'poison in payloads, keys, headers and timestamps'],
    [23, 'compressed, damaged and aborted batches of a Java producer'],
    [24, 'journal and log turned over, by rotation, rename and truncation'],
    [25, 'journal removed, replaced, linked, chmod while running'],
    [26, 'journal edited, cut, reordered, or written anew with a chain of its own'],
    [29, 'answers to fetches are lost in silence'],
    [30, 'wrong credentials, wrong TLS, a canary for a password'],
    [31, 'producer killed in the middle of sending, its answers lost'],
  ]),
  ...of('soak', [
    [4, 'a storm of SIGKILL'],
    [9, 'limit on the size of files'],
    [11, 'power loss: bytes that were not synced are gone or zero'],
    [12, 'slow disk: 2 s for every sync'],
    [15, 'broker paused for 40 s'],
    [27, 'clock jumps back and forth'],
    [28, 'few descriptors, a small heap with a backlog'],
  ]),
  ...of('integration', [
    [19, 'group offsets reset by an operator'],
    [32, 'start and stop, each twice'],
  ]),
]

/** What the oracle found, see oracle.ts. */
export interface Measured {
  lost: number
  duplicated: number
  /** From the fault, or from its end, to the first new journaled record; several where it was done several times. */
  recoveryMs?: number | number[]
}

/** One line of the file of a run. */
export type MatrixLine =
  | ({ kind: 'row'; row: number; runs: number } & Measured)
  | { kind: 'missing'; row: number; needs: string }
  | { kind: 'failpoint'; name: string }
  | ({ kind: 'control'; name: string; runs: number } & Measured)
  | { kind: 'run'; projects: string[]; date: string; machine: string }

/** Set by vitest.config.ts: one file for each run, the same in every worker. */
const runFile = (): string => {
  const file = process.env['MATRIX_FILE']
  if (!file) throw new Error('MATRIX_FILE is not set: start tests with vitest.config.ts')
  return file
}

/** Adds a line to the file of a run. */
export function addLine(line: MatrixLine, file = runFile()): void {
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `${JSON.stringify(line)}\n`)
}

/** Lines of the file of a run; none where no test has reported anything. */
export const readLines = (file: string): MatrixLine[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : []

/** Of what a test knows, the part that is written down. */
const measuredOf = ({ lost, duplicated, recoveryMs }: Measured): Measured => ({
  lost,
  duplicated,
  ...(recoveryMs === undefined ? {} : { recoveryMs }),
})

/**
 * Says "this test is row N of the matrix". Several tests may be one row: what they measured is added up.
 *
 * @param runs How often the fault was made.
 */
export function reportRow(row: number, measured: Measured, runs = 1): void {
  if (!MATRIX.some((each) => each.row === row)) throw new Error(`the matrix has no row ${row}`)
  addLine({ kind: 'row', row, runs, ...measuredOf(measured) })
}

/** Says that a row cannot be tried on this machine, and what that would need; it counts as reported, not as proven. */
export const reportMissing = (row: number, needs: string): void => addLine({ kind: 'missing', row, needs })

/** Says what a client without the tracker's care lost or doubled under the same fault. */
export const reportControl = (name: string, measured: Measured, runs = 1): void =>
  addLine({ kind: 'control', name, runs, ...measuredOf(measured) })

/** Says that named points of the program were really reached: each was seen in what a process said last. */
export function reportFailpoints(names: Iterable<string>): void {
  for (const name of names) addLine({ kind: 'failpoint', name })
}
