/**
 * Whatever is written, however it is torn into writes, wherever the monitor looks in between: what it shows equals
 * what a slow reader counts that takes the files line by line.
 */
import { readFileSync, truncateSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JournalTail } from '../../../../src/monitor/tail/journal-tail.js'
import type { EventRow } from '../../../../src/monitor/tail/protocol.js'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

type Step =
  | { do: 'orders'; count: number }
  | { do: 'record'; value: Uint8Array }
  | { do: 'large'; bytes: number }
  | { do: 'noise'; text: string }
  | { do: 'checkpoint' | 'rotate' | 'look' | 'cut' }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('orders' as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ do: fc.constant('record' as const), value: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({ do: fc.constant('large' as const), bytes: fc.integer({ min: 100_000, max: 1_100_000 }) }),
    fc.record({
      do: fc.constant('noise' as const),
      text: fc.constantFrom('no JSON', '[1]', '{"event_type":"message.received"}', '', '\r', '{}'),
    }),
    fc.constantFrom<Step>({ do: 'checkpoint' }, { do: 'rotate' }, { do: 'look' }, { do: 'cut' }),
  ),
  { minLength: 1, maxLength: 14 },
)

interface Counted {
  records: number
  accepted: number
  rejected: number
  bytes: number
  badLines: number
  seq: number
}

/** Line by line over all files, with nothing remembered but sums. */
function slowCount(eventsFile: string): Counted {
  const counted: Counted = { records: 0, accepted: 0, rejected: 0, bytes: 0, badLines: 0, seq: 0 }
  for (const file of journalFiles(eventsFile)) {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    for (const line of lines) countLine(counted, line)
  }
  return counted
}

function countLine(counted: Counted, line: string): void {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line)
  } catch {
    counted.badLines += 1
    return
  }
  if (typeof entry['hash'] !== 'string') {
    counted.badLines += 1
    return
  }
  counted.seq = entry['seq'] as number
  if (!String(entry['event_type']).startsWith('message.received')) return
  counted.records += 1
  counted.bytes += entry['message_size'] as number
  counted[entry['error'] ? 'rejected' : 'accepted'] += 1
}

const shown = (tail: JournalTail): Counted => {
  const { totals, badLines, seq } = tail.state
  const rejected = Object.values(totals.rejected).reduce((sum, count) => sum + count, 0)
  const { records, accepted, bytes } = totals
  return { records, accepted, rejected, bytes, badLines, seq }
}

/** Writes and looks as told; `pieceBytes` is how much of a line is written at once. */
function play(
  files: TrackerFiles,
  tail: JournalTail,
  plan: { steps: Step[]; pieceBytes: number },
): EventRow[] {
  const rows: EventRow[] = []
  let timeMs = T0
  const look = (): void => {
    while (tail.step());
    const { events, isFresh } = tail.takeChanges()
    if (isFresh) rows.length = 0
    rows.push(...events)
  }
  const write = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += plan.pieceBytes) {
      files.appendEvents(bytes.subarray(at, at + plan.pieceBytes))
      tail.step()
    }
  }
  write(files.opened(timeMs))
  for (const step of plan.steps) {
    timeMs += 700
    if (step.do === 'orders') write(files.orders(step.count, { timeMs }))
    else if (step.do === 'record') write(files.record(Buffer.from(step.value), { timeMs }))
    else if (step.do === 'large')
      write(files.record(orderPayload(1, { note: 'y'.repeat(step.bytes) }), { timeMs }))
    else if (step.do === 'noise') write(Buffer.from(`${step.text}\n`))
    else if (step.do === 'checkpoint') write(files.checkpoint(timeMs))
    else if (step.do === 'rotate') files.rotate(timeMs)
    else if (step.do === 'look') look()
    else tearAndRepair(files, look)
  }
  look()
  return rows
}

/** A line that is begun, seen, and cut away again: never was. */
function tearAndRepair(files: TrackerFiles, look: () => void): void {
  const standing = readFileSync(files.eventsFile).length
  files.appendEvents(Buffer.from('{"timestamp":"2026-11-21T02:15:00.000Z","event_type":"message.rec'))
  look()
  truncateSync(files.eventsFile, standing)
}

test('what is shown equals what a slow reader counts, for any writes, rotations, tears and looks', () => {
  const plans = fc.record({ steps, pieceBytes: fc.constantFrom(7_000, 65_536, 300_001) })
  const check = (plan: { steps: Step[]; pieceBytes: number }): void => {
    const files = new TrackerFiles(tempDir())
    const tail = new JournalTail(files.eventsFile)
    const rows = play(files, tail, plan)
    const counted = slowCount(files.eventsFile)
    const { badLines: _following, ...following } = shown(tail)
    const { badLines, ...expected } = counted
    expect(following).toEqual(expected)
    expect(tail.state).toMatchObject({ seqBreaks: 0, behindLines: 0, disagreement: null, tampers: [] })
    const seqs = rows.map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other))
    tail.close()
    // A monitor that starts now sees the same, the bad lines of what it reads included.
    const late = new JournalTail(files.eventsFile)
    while (late.step());
    expect(shown(late)).toEqual({ ...expected, badLines })
    late.close()
  }
  fc.assert(fc.property(plans, check), { numRuns: 120 })
})

test('any split of the bytes into writes gives the same state, rows and buckets', () => {
  const bytesOf = (files: TrackerFiles): Buffer =>
    Buffer.concat([
      files.opened(T0),
      files.orders(4, { timeMs: T0, stepMs: 400 }),
      files.record(Buffer.from([0xff, 0x0a, 0xfe]), { timeMs: T0 + 2000 }),
      Buffer.from('torn and mended\r\n'),
      files.checkpoint(T0 + 2000),
      files.orders(3, { timeMs: T0 + 2500, stepMs: 400 }),
    ])
  const stateOf = (splits: number[]): unknown => {
    const files = new TrackerFiles(tempDir())
    const bytes = bytesOf(files)
    const tail = new JournalTail(files.eventsFile)
    const events: EventRow[] = []
    const buckets = new Map<number, unknown>()
    let from = 0
    for (const at of [...splits.map((split) => split % bytes.length).sort((a, b) => a - b), bytes.length]) {
      files.appendEvents(bytes.subarray(from, at))
      from = at
      while (tail.step());
      const changes = tail.takeChanges()
      events.push(...changes.events)
      for (const bucket of changes.buckets) buckets.set(bucket.second, { ...bucket })
    }
    const { file: _file, files: _files, ...state } = tail.state
    tail.close()
    return { state, events, buckets: [...buckets.values()] }
  }
  const whole = JSON.stringify(stateOf([]))
  const splits = fc.array(fc.nat(), { maxLength: 12 })
  fc.assert(
    fc.property(splits, (at) => {
      expect(JSON.stringify(stateOf(at))).toBe(whole)
    }),
    { numRuns: 80 },
  )
})
