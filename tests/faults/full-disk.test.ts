/**
 * Goal: a full disk stops the tracker's intake and nothing else, and costs no record.
 * Method: the real tracker with its journal, and then with its log alone, on a disk of 4 MiB that is filled up.
 * Expected: journal: state disk_full in tracker.log and in the monitor, one line on stderr, still a member of its group
 * after a session timeout, goes on by itself; SIGTERM ends it in time. Log: the journal goes on.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { canMount, type SmallDisk, smallDisk } from '../support/disk.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportMissing, reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { tempDir } from '../support/temp-dir.js'
import { logLines, runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

const SESSION_TIMEOUT_MS = 10_000

if (!canMount) for (const row of [7, 8]) reportMissing(row, 'a system that lets its user mount')

/** A setup whose file of `kind` is on a small disk; paths are those that this process sees. */
async function setupOnDisk(kind: 'events' | 'log'): Promise<TrackerSetup & { disk: SmallDisk }> {
  const setup = trackerSetup()
  const disk = await smallDisk('4m', tempDir())
  const name = `tracker.${kind}`
  const variable = kind === 'events' ? 'TRACKER_EVENTS_FILE' : 'TRACKER_LOG_FILE'
  const env = { ...setup.env, [variable]: join(disk.folder, name) }
  await createTopic(setup.brokers, setup.names.topic)
  return { ...setup, env, wrapper: disk.wrapper, [kind]: join(disk.outside, name), disk }
}

const lastState = (log: string): unknown =>
  logLines(log).findLast(({ kind }) => kind === 'metrics')?.metadata['state']

const judge = async ({ brokers, events, names }: TrackerSetup): Promise<ReturnType<typeof judgeJournal>> =>
  judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })

test.runIf(canMount)(
  'a full disk under the journal holds the tracker up, and it goes on by itself',
  async () => {
    const setup = await setupOnDisk('events')
    const { brokers, dir, disk, env, events, log, names } = setup
    const tracker = await runningTracker(setup)
    await produce(brokers, names.topic, orderMessages(1, 100))
    await eventually(() => recordLines(readJournal(events)).length === 100, { message: 'the first records' })

    disk.fill()
    await produce(brokers, names.topic, orderMessages(101, 1_000))
    await eventually(() => lastState(log) === 'disk_full', { message: 'the full disk is shown' })
    const fullAt = performance.now()
    expect(tracker.stderr).toContain(
      `cannot write the journal ${join(disk.folder, 'tracker.events')}: ENOSPC`,
    )
    expect(logLines(log).filter(({ kind }) => kind === 'disk.full')).toHaveLength(1)
    const seen = await runCli(['monitor', '--json'], { dir, env, wrapper: disk.wrapper })
    expect(JSON.parse(seen.stdout)).toMatchObject({ health: { tracker: { word: 'disk full' } } })
    await eventually(() => performance.now() > fullAt + SESSION_TIMEOUT_MS + 1_000, {
      deadlineMs: SESSION_TIMEOUT_MS + 5_000,
      message: 'longer than a session lasts without heartbeats',
    })

    disk.free()
    const freeAt = performance.now()
    const journaled = (): number => recordLines(readJournal(events)).length
    await eventually(() => journaled() > 100, { message: 'records after there is room' })
    const recoveryMs = Math.round(performance.now() - freeAt)
    await eventually(() => journaled() === 1_000, { message: 'all records' })
    expect(logLines(log).filter(({ kind }) => kind === 'tracker.assigned')).toHaveLength(1)
    expect(await stopTracker(tracker)).toBe(0)
    const judged = await judge(setup)
    expect(judged.faults).toEqual([])
    reportRow(7, { ...judged, recoveryMs })
  },
)

test.runIf(canMount)(
  'SIGTERM ends a tracker on a full disk in time, and the next start loses nothing',
  async () => {
    const setup = await setupOnDisk('events')
    const { brokers, dir, disk, env, log, names } = setup
    const tracker = await runningTracker(setup)
    disk.fill()
    await produce(brokers, names.topic, orderMessages(1, 500))
    await eventually(() => lastState(log) === 'disk_full', { message: 'the full disk is shown' })
    const askedAt = performance.now()
    expect(await stopTracker(tracker)).toBe(0)
    expect(performance.now() - askedAt).toBeLessThan(4_000)
    expect(logLines(log).some(({ kind }) => kind === 'tracker.stopped')).toBe(true)

    disk.free()
    expect((await runCli(['tracker', '--exit-at-end'], { dir, env, wrapper: disk.wrapper })).exit).toBe(0)
    const judged = await judge(setup)
    expect(judged.faults).toEqual([])
    reportRow(7, judged)
  },
)

test.runIf(canMount)('a full disk under the log alone does not touch the journal', async () => {
  const setup = await setupOnDisk('log')
  const { brokers, disk, events, log, names } = setup
  const tracker = await runningTracker(setup)
  disk.fill()
  await produce(brokers, names.topic, orderMessages(1, 500))
  await eventually(() => recordLines(readJournal(events)).length === 500, { message: 'all records' })
  disk.free()
  expect(await stopTracker(tracker)).toBe(0)
  expect(readFileSync(log, 'utf8').endsWith('\n')).toBe(true)
  expect(logLines(log).at(-1)?.kind).toBe('tracker.stopped')
  const judged = await judge(setup)
  expect(judged.faults).toEqual([])
  reportRow(8, judged)
})
