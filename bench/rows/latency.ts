/**
 * How long after it happened an event is durable, and how long until its offset is committed, at 1,000 records/s.
 *
 * The first comes from the tracker's own `metrics`: from the time in the event to the return of fdatasync. The second is
 * seen from outside, after that: another client asks for the group's offsets over and over. What the disk alone takes
 * is measured last, while the orders still come.
 */
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isRecordEntry } from '../../src/shared/contract/journal-entry.js'
import { parseLine } from '../../src/shared/journal/line.js'
import { journalFiles } from '../../src/shared/journal/names.js'
import { readLines } from '../../src/shared/journal/read.js'
import { eventually } from '../../tests/support/eventually.js'
import { ORDER_FLAGS } from '../orders.js'
import { type BenchRow, quantile, thinned } from '../row.js'
import type { Stage } from '../stage.js'

const RATE = 1_000
const SECONDS = 60
/** Until the code is compiled and the group is joined. */
const WARM_UP_MS = 10_000
const PARTITIONS = 3
/** What the tracker writes at a time, and how often, when every hundredth of a second brings ten orders. */
const SYNC_BYTES = 16_000
const SYNC_EVERY_MS = 10
/** More often would cost the broker as much as the records do. */
const ASK_EVERY_MS = 5

/** Committed offsets of all partitions as they were answered at a time. */
interface Answer {
  atMs: number
  offsets: number[]
}

/** One tracker, one producer; as many windows of equal length as there are rounds. */
export async function measure(stage: Stage): Promise<BenchRow[]> {
  const { seconds, rounds } = stage.options
  const windowMs = Math.max(100, Math.round(((seconds ?? SECONDS) * 1_000) / rounds))
  stage.say(`latency: ${rounds} windows of ${windowMs / 1_000} s at ${RATE}/s`)
  const dir = stage.folder('latency')
  const topic = await stage.topic(PARTITIONS)
  const group = stage.name('group')
  const env = { KAFKA_BROKERS: await stage.brokers(), KAFKA_TOPIC: topic, KAFKA_CONSUMER_GROUP: group }
  const tracker = await stage.start(['tracker', '--metrics-interval', `${windowMs}`], { dir, env })
  const producer = await stage.start(['producer', '--rate', `${RATE}`, ...ORDER_FLAGS], { dir, env })
  const [log, events] = [join(dir, 'tracker.log'), join(dir, 'tracker.events')]
  await delay(WARM_UP_MS)
  const before = await agesAfter(log, 1)
  // The window that has begun during the warm-up is not looked at, and nobody asks for offsets in the others.
  const windows = (await agesAfter(log, before.length + rounds + 1)).slice(before.length + 1)
  const answers = await watchCommits(stage, { topic, group, durationMs: windowMs * rounds })
  await stage.stop(tracker)
  const syncs: number[][] = []
  for (let round = 0; round < rounds; round += 1) syncs.push(await syncTimes(join(dir, 'synced'), windowMs))
  await stage.stop(producer)
  const committed = thinned(commitLatencies(events, answers))
  const limit = { is: 'at most', value: 25, of: 1 } as const
  return [
    { name: 'event to durable line, p50 of a window', unit: 'ms', samples: windows.map(({ p50 }) => p50) },
    {
      name: 'event to durable line, p99 of a window',
      unit: 'ms',
      samples: windows.map(({ p99 }) => p99),
      reference: {
        name: `fdatasync of ${SYNC_BYTES / 1_000} kB every ${SYNC_EVERY_MS} ms, p99 of a window`,
        samples: syncs.map((times) => quantile(times, 0.99)),
      },
      target: limit,
    },
    { name: 'event to commit', unit: 'ms', samples: committed, target: { ...limit, of: 0.99 } },
  ]
}

interface Ages {
  p50: number
  p99: number
}

/** The ages of all windows so far, as soon as there are `count` with records. */
async function agesAfter(log: string, count: number): Promise<Ages[]> {
  const read = (): Ages[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"kind":"metrics"'))
      .map((line) => (JSON.parse(line) as { metadata: { event_age_ms: Ages } }).metadata.event_age_ms)
      .filter(({ p99 }) => p99 !== null)
  await eventually(() => read().length >= count, { deadlineMs: 300_000, message: `${count} windows` })
  return read()
}

/** How long each sync of a file took that is written to at the tracker's pace. */
async function syncTimes(path: string, durationMs: number): Promise<number[]> {
  const file = await open(path, 'a')
  try {
    const bytes = Buffer.alloc(SYNC_BYTES, 'x')
    const times: number[] = []
    for (const end = performance.now() + durationMs; performance.now() < end; ) {
      const from = performance.now()
      await file.write(bytes)
      await file.datasync()
      times.push(performance.now() - from)
      await delay(SYNC_EVERY_MS)
    }
    return times
  } finally {
    await file.close()
  }
}

async function watchCommits(
  stage: Stage,
  { topic, group, durationMs }: { topic: string; group: string; durationMs: number },
): Promise<Answer[]> {
  return await stage.withAdmin(async (admin) => {
    const answers: Answer[] = []
    for (const end = Date.now() + durationMs; Date.now() < end; ) {
      const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const offsets: number[] = []
      for (const { partition, offset } of answer?.partitions ?? []) offsets[partition] = Number(offset)
      answers.push({ atMs: Date.now(), offsets })
      await delay(ASK_EVERY_MS)
    }
    return answers
  })
}

/** For each record that was committed while it was watched: from its event's time to the first answer that has it. */
function commitLatencies(events: string, answers: Answer[]): number[] {
  const first = answers[0]
  const latencies: number[] = []
  const next = new Map<number, number>()
  for (const file of journalFiles(events)) {
    for (const { line } of readLines(file)) {
      const entry = parseLine(line)
      if (!entry || !isRecordEntry(entry)) continue
      const { kafka_partition: partition, kafka_offset: offset } = entry
      if (offset < (first?.offsets[partition] ?? 0)) continue
      let index = next.get(partition) ?? 0
      while (index < answers.length && (answers[index]?.offsets[partition] ?? 0) <= offset) index += 1
      next.set(partition, index)
      const seen = answers[index]
      if (seen) latencies.push(seen.atMs - eventTime(entry))
    }
  }
  return latencies
}

function eventTime({ order_full }: { order_full?: unknown }): number {
  const { metadata } = order_full as { metadata: { timestamp: string } }
  return Date.parse(metadata.timestamp)
}
