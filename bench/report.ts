/** What a bench leaves behind: bench/results/NAME.json, and its part of docs/benchmarks.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { findJava } from '../src/lifecycle/broker/java.js'
import { projectFolder } from '../src/lifecycle/folders.js'
import { packageVersion } from '../src/shared/runtime/version.js'
import { type BenchRow, isReached, median, ratioOf, spreadText, targetText } from './row.js'
import type { BenchOptions } from './stage.js'

export interface Report {
  schema: 1
  bench: string
  /** RFC 3339, UTC. */
  date: string
  machine: { cpu: string; cores: number; memory_gib: number; platform: string }
  versions: { orderscope: string; node: string; kafka: string; java: string }
  settings: BenchOptions
  rows: ReportRow[]
}

interface ReportRow {
  name: string
  unit: string
  samples: number[]
  median: number
  reference: { name: string; samples: number[]; median: number } | null
  ratio: number | null
  target: string | null
  is_reached: boolean | null
}

/** The report of rows that were measured now, on this machine. */
export async function reportOf(bench: string, settings: BenchOptions, rows: BenchRow[]): Promise<Report> {
  const java = await findJava()
  const pom = readFileSync(join(projectFolder, 'broker', 'pom.xml'), 'utf8')
  return {
    schema: 1,
    bench,
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memory_gib: Math.round(totalmem() / 2 ** 30),
      platform: `${process.platform} ${process.arch}`,
    },
    versions: {
      orderscope: packageVersion(),
      node: process.versions.node,
      kafka: /<kafka.version>(.*)<\/kafka.version>/.exec(pom)?.[1] ?? 'unknown',
      java: 'missing' in java ? 'none' : (/"(.*?)"/.exec(java.version)?.[1] ?? 'unknown'),
    },
    settings,
    rows: rows.map((row) => ({
      name: row.name,
      unit: row.unit,
      samples: row.samples,
      median: median(row.samples),
      reference: row.reference ? { ...row.reference, median: median(row.reference.samples) } : null,
      ratio: ratioOf(row),
      target: targetText(row) || null,
      is_reached: isReached(row),
    })),
  }
}

/** Writes `folder`/NAME.json; returns its path. */
export function writeReport(folder: string, report: Report): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${report.bench}.json`)
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  return file
}

/** One row for a terminal. */
export function rowText(row: ReportRow): string {
  const parts = [`${row.name}: ${spreadText(row.samples)} ${row.unit}`]
  if (row.reference) parts.push(`${row.reference.name} ${spreadText(row.reference.samples)}`)
  if (row.ratio !== null) parts.push(`ratio ${row.ratio.toFixed(2)}`)
  if (row.target !== null) parts.push(`${row.target}: ${row.is_reached ? 'reached' : 'MISSED'}`)
  return parts.join('; ')
}

/** The table of a report, with when and where it was measured, as Markdown. */
export function tableText({ date, machine, versions, rows }: Report): string {
  const where = `${machine.cores} cores of ${machine.cpu}, ${machine.memory_gib} GiB, ${machine.platform}`
  const what = `Node ${versions.node}, Kafka ${versions.kafka}, Java ${versions.java}`
  const lines = rows.map((row) => {
    const measured = `${spreadText(row.samples)} ${row.unit}`
    const beside = row.reference ? `${row.reference.name}: ${spreadText(row.reference.samples)}` : ''
    const verdict = row.is_reached === null ? '' : row.is_reached ? 'reached' : '**missed**'
    return [row.name, measured, beside, row.ratio?.toFixed(2) ?? '', row.target ?? '', verdict]
  })
  const head = ['what', 'measured', 'beside it', 'ratio', 'reach', '']
  const table = [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`)
  return [`${date.slice(0, 10)}, ${where}; ${what}.`, '', ...table].join('\n')
}

/**
 * Puts `body` between the marks of `name` in a Markdown text; everything around them stays.
 *
 * @throws where the text has no such marks.
 */
export function replacePart(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`there is no part ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n${body}\n${text.slice(to)}`
}

/**
 * Replaces the part of the report's bench in the Markdown file.
 *
 * @param picture File name of the bench's picture beside the file, or null.
 */
export function writePart(file: string, report: Report, picture: string | null): void {
  const table = tableText(report)
  const body = picture === null ? table : `${table}\n\n![${report.bench}](${picture})`
  writeFileSync(file, replacePart(readFileSync(file, 'utf8'), report.bench, body))
}
