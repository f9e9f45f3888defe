/**
 * Judges the fault matrix when the tests are over: a project that ran as a whole must have reported every row of its
 * own, the project `faults` every failpoint and a control that failed; no row may have lost or doubled a record.
 *
 * A run of single files or of single tests is not judged.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { FAILPOINTS } from '../../src/shared/runtime/failpoints.js'
import { addLine, MATRIX, type MatrixLine, readLines } from './matrix.js'

const RUNS_KEPT = 20

/** What is wrong with the lines of a run in which every file of `projects` ran. */
export function matrixFaults(lines: MatrixLine[], projects: ReadonlySet<string>): string[] {
  const rows = new Set(lines.flatMap((line) => ('row' in line ? [line.row] : [])))
  const reached = new Set(lines.flatMap((line) => (line.kind === 'failpoint' ? [line.name] : [])))
  const bad = lines.flatMap((line) =>
    line.kind === 'row' && line.lost + line.duplicated > 0
      ? [`row ${line.row}: ${line.lost} lost, ${line.duplicated} duplicated`]
      : [],
  )
  const silent = MATRIX.filter(({ row, project }) => projects.has(project) && !rows.has(row)).map(
    ({ row, fault, project }) => `row ${row} (${fault}) was not reported by any test of ${project}`,
  )
  if (!projects.has('faults')) return [...bad, ...silent]
  const hasControl = lines.some((line) => line.kind === 'control' && line.lost + line.duplicated > 0)
  return [
    ...bad,
    ...silent,
    ...FAILPOINTS.filter((name) => !reached.has(name)).map((name) => `failpoint ${name} was not reached`),
    ...(hasControl ? [] : ['no control was found wanting: the oracle may be blind']),
  ]
}

export class MatrixReporter implements Reporter {
  readonly #file: string
  #vitest: Vitest | null = null

  constructor(file: string) {
    this.#file = file
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const lines = readLines(this.#file)
    const projects = await this.#wholeProjects(modules)
    const faults = matrixFaults(lines, projects)
    for (const fault of faults) process.stderr.write(`fault matrix: ${fault}\n`)
    if (faults.length > 0) process.exitCode = 1
    else if (lines.length > 0) this.#seal(projects)
    this.#forgetOldRuns()
  }

  /** The last line tells which projects the file speaks for; a run that was red has none. */
  #seal(projects: ReadonlySet<string>): void {
    const machine = `${process.platform} ${process.arch}, ${availableParallelism()} cores, Node ${process.version}`
    if (projects.size === 0) return
    addLine({ kind: 'run', projects: [...projects], date: new Date().toISOString(), machine }, this.#file)
  }

  #forgetOldRuns(): void {
    const folder = dirname(this.#file)
    if (!existsSync(folder)) return
    const old = readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort()
      .slice(0, -RUNS_KEPT)
    for (const name of old) rmSync(join(folder, name))
  }

  /** Names of the projects of which every test of every file ran and passed. */
  async #wholeProjects(modules: readonly TestModule[]): Promise<Set<string>> {
    const whole = new Set<string>()
    for (const project of this.#vitest?.projects ?? []) {
      if (this.#vitest?.config.testNamePattern) continue
      const { testFiles } = await project.globTestFiles()
      const passed = new Set(
        modules.filter((each) => each.project === project && each.ok()).map(({ moduleId }) => moduleId),
      )
      if (testFiles.length > 0 && testFiles.every((file) => passed.has(file))) whole.add(project.name)
    }
    return whole
  }
}
