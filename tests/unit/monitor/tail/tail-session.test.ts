/** The session as the worker runs it: files change, reports come. */
import { expect, onTestFinished, test } from 'vitest'
import type { TailUpdate } from '../../../../src/monitor/tail/protocol.js'
import { TailSession } from '../../../../src/monitor/tail/tail-session.js'
import { eventually } from '../../../support/eventually.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

function watch(files = new TrackerFiles(tempDir())): {
  files: TrackerFiles
  updates: TailUpdate[]
  last: () => TailUpdate | undefined
} {
  const updates: TailUpdate[] = []
  const session = new TailSession(files, (update) => updates.push(structuredClone(update)))
  onTestFinished(() => session.close())
  return { files, updates, last: () => updates.at(-1) }
}

const reaches = (last: () => TailUpdate | undefined, records: number): Promise<unknown> =>
  eventually(() => last()?.journal.totals.records === records, {
    message: () => `${records} records, not ${last()?.journal.totals.records}`,
  })

test('reports files that are not there, then everything that comes', async () => {
  const { files, last } = watch()
  await eventually(() => last()?.isCaughtUp, { message: 'a first report' })
  expect(last()).toMatchObject({
    journal: { file: { state: 'missing' } },
    log: { file: { state: 'missing' } },
  })
  const now = Date.now()
  files.appendEvents(files.opened(now), files.orders(3, { timeMs: now }))
  await reaches(last, 3)
  files.appendEvents(files.orders(4, { timeMs: now, first: 3 }))
  files.appendLog(files.metrics(now))
  await eventually(() => last()?.journal.agreedSeq === 8, { message: 'the metrics line compared' })
  expect(last()?.journal.totals).toEqual(files.totals)
})

test('the first report of a long journal has its totals, before its history is read', async () => {
  const files = new TrackerFiles(tempDir())
  const now = Date.now()
  const big = orderPayload(0, { note: 'x'.repeat(4_500_000) })
  files.writeEvents(files.opened(now), ...Array.from({ length: 5 }, () => files.record(big, { timeMs: now })))
  files.appendEvents(files.checkpoint(now), files.orders(3, { timeMs: now, first: 1 }))
  const { updates } = watch(files)
  await eventually(() => updates.at(-1)?.isCaughtUp, { message: 'all read' })
  expect(updates[0]).toMatchObject({
    isCaughtUp: false,
    events: [],
    journal: { totals: files.totals, progress: 0 },
  })
  expect(updates.at(-1)?.journal).toMatchObject({ totals: files.totals, progress: 1 })
})

test('each row is reported once, and none is left out while little happens', async () => {
  const { files, updates, last } = watch()
  const now = Date.now()
  files.appendEvents(files.opened(now))
  for (let count = 1; count <= 10; count += 1) {
    files.appendEvents(files.orders(1, { timeMs: now, first: count }))
    await reaches(last, count)
  }
  const rows = updates.flatMap(({ events }) => events.map(({ seq }) => seq))
  expect(rows).toEqual(Array.from({ length: 11 }, (_, index) => index + 1))
})

test('a line that comes just after a report does not wait for the safety poll', async () => {
  const { files, last } = watch()
  const now = Date.now()
  files.appendEvents(files.opened(now))
  await eventually(() => last()?.journal.seq === 1, { message: 'the first line' })
  const began = performance.now()
  for (let count = 1; count <= 10; count += 1) {
    files.appendEvents(files.orders(1, { timeMs: now, first: count }))
    await reaches(last, count)
  }
  // Ten polls would take five seconds.
  expect(performance.now() - began).toBeLessThan(2500)
})

test('while nothing changes nothing is reported', async () => {
  const { files, updates, last } = watch()
  files.appendEvents(files.opened(Date.now()))
  await eventually(() => last()?.isCaughtUp && last()?.journal.seq === 1, { message: 'the first line' })
  const count = updates.length
  // Two rounds of the safety poll.
  const until = performance.now() + 1200
  await eventually(() => performance.now() > until, { message: 'a second to pass' })
  expect(updates.length - count).toBeLessThanOrEqual(1)
})
