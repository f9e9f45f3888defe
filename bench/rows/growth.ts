/**
 * Whether what is done for a record costs the same however many there are: draining a topic, verifying the journal, and
 * opening it again, at sizes a factor of ten apart. `--records 10000000` adds ten million.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnv } from '../../tests/support/cli.js'
import { bundled } from '../bundled.js'
import { journalSpan } from '../journal-span.js'
import { produceOrders } from '../orders.js'
import { linePlot } from '../plot.js'
import { type BenchRow, figure, median, type Unit } from '../row.js'
import type { Stage } from '../stage.js'

const RECORDS_MIN = 100_000
const RECORDS = 1_000_000
/** Flat is up to so much more than at the smallest size. */
const FLAT = 1.2

/** Opens and closes a journal, and says how long the opening took. */
const OPEN = `
const [, module, clock, eventsFile] = process.argv
const { Journal } = await import(module)
const { systemClock } = await import(clock)
const from = performance.now()
const journal = await Journal.open({ eventsFile, instance: null, writerVersion: '0', clock: systemClock, signer: null })
console.log(performance.now() - from)
await journal.close()`

interface Cost {
  name: string
  unit: Unit
  samples: number[]
}

/** Sizes from the largest down, a tenth each, not below the smallest but at least two. */
function sizesUpTo(largest: number): number[] {
  const sizes = [largest]
  while ((sizes[0] ?? 0) > RECORDS_MIN || sizes.length < 2) sizes.unshift(Math.ceil((sizes[0] ?? 0) / 10))
  return sizes
}

export async function measure(stage: Stage): Promise<BenchRow[]> {
  const sizes = sizesUpTo(stage.options.records ?? RECORDS)
  const costs = new Map<number, Cost[]>()
  for (const size of sizes) costs.set(size, await costsAt(stage, size))
  const [smallest = 0] = sizes
  const atLeast = costs.get(smallest) ?? []
  return sizes.flatMap((size) =>
    (costs.get(size) ?? []).map((cost, index): BenchRow => {
      const row: BenchRow = { ...cost, name: `${cost.name}, ${figure(size)} records` }
      if (size === smallest) return row
      row.reference = { name: `${figure(smallest)} records`, samples: atLeast[index]?.samples ?? [] }
      return { ...row, target: { is: 'at most', value: FLAT, of: 'ratio' } }
    }),
  )
}

async function costsAt(stage: Stage, records: number): Promise<Cost[]> {
  stage.say(`growth: ${records} records`)
  const topic = await stage.topic(1)
  await produceOrders(stage, topic, records)
  const costs: Cost[] = [
    { name: 'drain, time per record', unit: 'µs', samples: [] },
    { name: 'drain, peak memory', unit: 'MiB', samples: [] },
    { name: 'verify, time per record', unit: 'µs', samples: [] },
    { name: 'verify, peak memory', unit: 'MiB', samples: [] },
    { name: 'opening', unit: 'ms', samples: [] },
  ]
  for (let round = 0; round < stage.options.rounds; round += 1) {
    const samples = await costsOf(stage, topic, records)
    for (const [index, sample] of samples.entries()) costs[index]?.samples.push(sample)
  }
  await stage.deleteTopic(topic)
  return costs
}

/** One drain into a new journal, which is verified, opened and deleted then. */
async function costsOf(stage: Stage, topic: string, records: number): Promise<number[]> {
  const dir = stage.folder('growth')
  const env = {
    KAFKA_BROKERS: await stage.brokers(),
    KAFKA_TOPIC: topic,
    KAFKA_CONSUMER_GROUP: stage.name('group'),
  }
  const events = join(dir, 'tracker.events')
  const drained = await stage.orderscope(['tracker', '--exit-at-end'], { dir, env })
  const span = journalSpan(events)
  if (span.records !== records) throw new Error(`the journal holds ${span.records} of ${records} records`)
  const verified = await stage.orderscope(['journal', 'verify'], { dir })
  const modules = await bundled(
    stage.folder('bundled'),
    'src/shared/journal/journal.ts',
    'src/shared/runtime/clock.ts',
  )
  const opened = await stage.run({
    command: process.execPath,
    args: ['--input-type=module', '--eval', OPEN, '--', ...modules, events],
    cwd: dir,
    env: cleanEnv(),
  })
  rmSync(dir, { recursive: true })
  const perRecord = (ms: number): number => (ms * 1_000) / records
  const mib = (bytes: number | null): number => (bytes ?? Number.NaN) / 2 ** 20
  return [
    perRecord(span.spanMs),
    mib(drained.peakBytes),
    perRecord(verified.wallMs),
    mib(verified.peakBytes),
    Number(opened.stdout),
  ]
}

/** Each cost as a multiple of that at the smallest size. */
export function picture(rows: BenchRow[]): string {
  const lines = new Map<string, { size: number; value: number }[]>()
  for (const { name, samples } of rows) {
    const [, cost = '', size = ''] = /^(.*), ([\d,]+) records$/.exec(name) ?? []
    const points = lines.get(cost) ?? []
    const value = median(samples)
    points.push({ size: Number(size.replaceAll(',', '')), value })
    lines.set(cost, points)
  }
  return linePlot({
    title: 'Cost by the number of records, as a multiple of that at the smallest size',
    lines: [...lines].map(([name, points]) => ({
      name,
      points: points.map(({ size, value }) => ({ size, value: value / (points[0]?.value ?? 1) })),
    })),
    band: FLAT,
  })
}
