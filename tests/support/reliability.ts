/**
 * Writes docs/reliability.md from what the last whole runs of the fault tests reported; run by `npm run reliability`.
 *
 * Nothing in the page is written by hand: a row that no test reported says so.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MATRIX, type MatrixLine, type MatrixRow, readLines } from './matrix.js'

const HEAD = `# Reliability

What the fault tests did and what it cost. \`npm run reliability\` runs them and writes this page; one oracle judges
every row: what was on the topic against the lines of the journal, byte for byte, and the chain over them. "Back after"
is the time from the kill, or from the end of an outage, to the first new journaled record.
`

const CONTROL_HEAD = `
## Beside it: a plain consumer

The same oracle, in the same run, on a kafkajs consumer with its defaults that appends each batch to a file, syncs it
and commits. It was killed once, between its two steps, and started again.
`

type Row = Extract<MatrixLine, { kind: 'row' }>
type Control = Extract<MatrixLine, { kind: 'control' }>

/** The page for the lines of a run, or of several. */
export function reliabilityPage(lines: MatrixLine[]): string {
  const runs = lines.filter((line) => line.kind === 'run')
  const rows = [...MATRIX].sort((a, b) => a.row - b.row).map((row) => matrixLine(row, lines))
  const controls = lines.filter((line) => line.kind === 'control').map(controlLine)
  const points = new Set(lines.flatMap((line) => (line.kind === 'failpoint' ? [line.name] : [])))
  return [
    HEAD,
    ...runs.map(
      ({ date, machine, projects }) => `- ${date.slice(0, 10)}, ${machine}: ${projects.join(', ')}`,
    ),
    '',
    '| # | fault | runs | lost | duplicated | back after, ms: median / longest |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    `Failpoints reached: ${[...points].map((name) => `\`${name}\``).join(', ') || 'none'}.`,
    CONTROL_HEAD,
    '| plain consumer | runs | lost | duplicated | back after, ms |',
    '|---|---|---|---|---|',
    ...controls,
    '',
  ].join('\n')
}

function matrixLine({ row, fault, project }: MatrixRow, lines: MatrixLine[]): string {
  const reports = lines.filter((line): line is Row => line.kind === 'row' && line.row === row)
  const name = `${fault}${project === 'soak' ? ' (soak)' : ''}`
  if (reports.length === 0) {
    const missing = lines.find((line) => line.kind === 'missing' && line.row === row)
    const why = missing?.kind === 'missing' ? `not here: needs ${missing.needs}` : 'not run'
    return `| ${row} | ${name} | ${why} | | | |`
  }
  const sum = (of: (report: Row) => number): number => reports.reduce((total, each) => total + of(each), 0)
  const times = reports.flatMap(({ recoveryMs }) => recoveryMs ?? [])
  const cells = [
    row,
    name,
    sum((each) => each.runs),
    sum((each) => each.lost),
    sum((each) => each.duplicated),
  ]
  return `| ${cells.join(' | ')} | ${spread(times)} |`
}

const controlLine = ({ name, runs, lost, duplicated, recoveryMs }: Control): string =>
  `| ${name} | ${runs} | ${lost} | ${duplicated} | ${[recoveryMs ?? []].flat().join(', ')} |`

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  return middle === undefined ? '' : `${middle} / ${sorted.at(-1)}`
}

/** The lines of the newest run that speaks for `project`. */
function newestRun(folder: string, project: string): MatrixLine[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
  for (const name of files.sort().reverse()) {
    const lines = readLines(join(folder, name))
    if (lines.some((line) => line.kind === 'run' && line.projects.includes(project))) return lines
  }
  return []
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const folder = join(root, '.vitest', 'matrix')
  const faults = newestRun(folder, 'faults')
  if (faults.length === 0)
    throw new Error('no whole and green run of the fault tests: see `npm run reliability`')
  const soak = newestRun(folder, 'soak').filter((line) => !faults.includes(line))
  writeFileSync(join(root, 'docs', 'reliability.md'), reliabilityPage([...faults, ...soak]))
}
