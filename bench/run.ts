/**
 * `npm run bench -- NAME...`: measures what README and design promise, prints it with machine and date, and writes
 * bench/results/NAME.json. Without a name it runs everything there is.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One measured thing: its samples, and what was promised of one of their quantiles. */
export interface BenchRow {
  name: string
  unit: 'ms'
  samples: number[]
  target: { quantile: 0.95 | 1; value: number }
}

const BENCHES: Record<string, () => Promise<{ measure(): Promise<BenchRow[]> }>> = {
  recovery: () => import('./recovery.js'),
}

const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  memory_gib: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.version,
}

/** The smallest sample that at least this share of them does not pass. */
function quantile(samples: number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

function lineOf({ name, unit, samples, target }: BenchRow): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => Math.round(quantile(samples, share)))
  const wanted = `${target.quantile === 1 ? 'max' : 'p95'} <= ${target.value} ${unit}`
  const isReached = quantile(samples, target.quantile) <= target.value
  return `${name}: p50 ${p50}, p95 ${p95}, max ${max} ${unit} of ${samples.length}; ${wanted}: ${isReached ? 'reached' : 'MISSED'}`
}

async function run(name: string): Promise<void> {
  const bench = await BENCHES[name]?.()
  if (!bench) {
    process.stderr.write(`there is no bench "${name}"; there are: ${Object.keys(BENCHES).join(', ')}\n`)
    process.exitCode = 2
    return
  }
  const date = new Date().toISOString()
  process.stdout.write(`${name}, ${date}, ${machine.cores} x ${machine.cpu}, Node ${machine.node}\n`)
  const rows = await bench.measure()
  for (const row of rows) process.stdout.write(`  ${lineOf(row)}\n`)
  const file = fileURLToPath(new URL(`results/${name}.json`, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ date, machine, rows }, null, 2)}\n`)
}

const asked = process.argv.slice(2)
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) await run(name)
