import { appendFileSync, renameSync, truncateSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Claim } from '../../../../src/monitor/tail/journal-fold.js'
import { LogTail } from '../../../../src/monitor/tail/log-tail.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

function settle(tail: LogTail): LogTail {
  while (tail.step());
  return tail
}

function follow(files: TrackerFiles): { tail: LogTail; claims: Claim[] } {
  const claims: Claim[] = []
  return { tail: settle(new LogTail(files.logFile, (claim) => claims.push(claim))), claims }
}

const line = (files: TrackerFiles, at: number, level: string, kind = 'broker.error'): Buffer =>
  files.log(T0 + at, { kind, message: `at ${at}`, level })

test('gives the rows in their order and the newest metrics, with the interval between two of one process', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(
    line(files, 0, 'info', 'tracker.started'),
    files.metrics(T0 + 5000, { uptime_seconds: 5 }),
    files.metrics(T0 + 10_000, { uptime_seconds: 10, state: 'lagging' }),
  )
  const { tail } = follow(files)
  expect(tail.takeRows().logs.map(({ id, kind }) => [id, kind])).toEqual([
    [1, 'tracker.started'],
    [2, 'metrics'],
    [3, 'metrics'],
  ])
  expect(tail.state.metrics).toMatchObject({
    timeMs: T0 + 10_000,
    intervalMs: 5000,
    values: { state: 'lagging' },
  })
  expect(tail.takeRows().logs).toEqual([])
})

test('the time between two processes is no interval', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(
    files.metrics(T0, { uptime_seconds: 500 }),
    files.metrics(T0 + 3_600_000, { uptime_seconds: 5 }),
  )
  expect(follow(files).tail.state.metrics?.intervalMs).toBeNull()
})

test('latencies of a quarter of an hour are kept, each over the time since the line before it', () => {
  const files = new TrackerFiles(tempDir())
  const told = (at: number, uptime: number, p99: number | null): Buffer =>
    files.metrics(T0 + at, { uptime_seconds: uptime, latency_ms: { p50: 1, p95: 2, p99 } })
  files.appendLog(told(0, 500, 4), told(5000, 505, 9), told(65_000, 5, null), told(70_000, 10, 7))
  const span = (from: number, until: number, p99: number | null) => ({
    fromMs: T0 + from,
    untilMs: T0 + until,
    p99,
  })
  const { tail } = follow(files)
  const spans = [span(-1000, 0, 4), span(0, 5000, 9), span(64_000, 65_000, null), span(65_000, 70_000, 7)]
  expect(tail.state.metrics?.latencies).toEqual(spans)
  files.appendLog(told(905_000, 845, 3))
  tail.step()
  expect(tail.state.metrics?.latencies).toEqual([...spans.slice(2), span(70_000, 905_000, 3)])
  // A clock that stepped back.
  files.appendLog(told(66_000, 6, 2))
  tail.step()
  expect(tail.state.metrics?.latencies).toEqual([spans[2], span(65_000, 66_000, 2)])
})

test('a metrics line that speaks of the journal is handed on; one without its seq is not', () => {
  const files = new TrackerFiles(tempDir())
  files.orders(3, { timeMs: T0 })
  files.appendLog(files.metrics(T0), files.metrics(T0, { journal: {} }), files.metrics(T0, { journal: null }))
  const { claims } = follow(files)
  expect(claims).toEqual([{ timeMs: T0, seq: 3, hash: files.hash, totals: files.totals }])
})

test('metrics of another version do not break it: what is not there is null or zero', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(
    files.log(T0, { kind: 'metrics', message: 'bare', metadata: { partitions: [7], state: 'dancing' } }),
  )
  expect(follow(files).tail.state.metrics?.values).toMatchObject({
    uptime_seconds: 0,
    latency_ms: { p50: null, p95: null, p99: null },
    partitions: [{ topic: '', lag: null }],
    state: 'consuming',
  })
})

test('lines of level error and fatal are errors; warnings are not', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(
    line(files, 1, 'warn'),
    line(files, 2, 'error'),
    line(files, 3, 'fatal'),
    line(files, 4, 'info'),
  )
  expect(follow(files).tail.state.errors).toEqual({
    recentMs: [T0 + 2, T0 + 3],
    last: { timeMs: T0 + 3, text: 'at 3' },
    realTotal: 2,
    shutdownTotal: 0,
  })
})

test('errors while the tracker stops are noise; after its next start they count again', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(
    line(files, 1, 'info', 'tracker.stopping'),
    line(files, 2, 'error'),
    line(files, 3, 'info', 'tracker.stopped'),
    line(files, 4, 'error'),
    line(files, 5, 'info', 'tracker.started'),
    line(files, 6, 'error'),
  )
  const { tail } = follow(files)
  expect(tail.state.errors).toMatchObject({ recentMs: [T0 + 6], realTotal: 1, shutdownTotal: 2 })
  expect(tail.takeRows().errorRows.map(({ isShutdownNoise }) => isShutdownNoise)).toEqual([true, true, false])
})

test('that the tracker has stopped is known until it says something again', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(line(files, 3, 'info', 'tracker.stopped'))
  const { tail } = follow(files)
  files.appendLog(line(files, 5, 'warn', 'kafka.client'))
  expect(settle(tail).state.stoppedAtMs).toBe(T0 + 3)
  files.appendLog(line(files, 9, 'info', 'tracker.started'))
  expect(settle(tail).state.stoppedAtMs).toBeNull()
})

test('what is no log line is a bad line; a blank line is nothing', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(Buffer.from('panic!\n\n{"message":1}\n'), line(files, 1, 'info'))
  const { tail } = follow(files)
  expect(tail.state.badLines).toBe(2)
  expect(tail.takeRows().logs).toHaveLength(1)
})

test('a log that was cut to nothing and grows again is read from its start', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(line(files, 1, 'info'), line(files, 2, 'info'))
  const { tail } = follow(files)
  tail.takeRows().logs
  truncateSync(files.logFile, 0)
  settle(tail)
  files.appendLog(line(files, 3, 'info'))
  expect(
    settle(tail)
      .takeRows()
      .logs.map(({ message }) => message),
  ).toEqual(['at 3'])
})

test('a rotation that makes the new file before the writer goes over loses no line of the old one', () => {
  const files = new TrackerFiles(tempDir())
  files.appendLog(line(files, 1, 'info'))
  const { tail } = follow(files)
  const rotated = `${files.logFile}.1`
  renameSync(files.logFile, rotated)
  appendFileSync(files.logFile, '')
  settle(tail)
  appendFileSync(rotated, line(files, 2, 'info'))
  settle(tail)
  files.appendLog(line(files, 3, 'info'))
  expect(
    settle(tail)
      .takeRows()
      .logs.map(({ message }) => message),
  ).toEqual(['at 1', 'at 2', 'at 3'])
})

test('of a log of many megabytes the end is read, from the start of a line', () => {
  const files = new TrackerFiles(tempDir())
  const filler = Buffer.concat(
    Array.from({ length: 6000 }, (_, index) => line(files, index, 'info', 'f'.repeat(1000))),
  )
  files.appendLog(filler, line(files, 1, 'info', 'last'))
  const { tail } = follow(files)
  expect(tail.state.badLines).toBe(0)
  expect(tail.takeRows().logs.at(-1)?.kind).toBe('last')
})
