import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../support/fake-clock.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { story } from '../../../support/journal-story.js'
import { chainFaults, type JournalLine, readJournal, recordLines } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const newFile = (): string => join(tempDir(), 'tracker.events')

test('a new journal opens with journal.opened and a checkpoint, for its owner alone', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile, { instance: 'a', writerVersion: '1.2.3' })
  await journal.close()
  const [opened, checkpoint, closed] = readJournal(eventsFile)
  expect(opened).toMatchObject({
    timestamp: '2026-11-21T02:15:37.000Z',
    event_type: 'journal.opened',
    format: 1,
    instance: 'a',
    writer_version: '1.2.3',
    previous_file: null,
    previous_hash: null,
    seq: 1,
  })
  expect(checkpoint).toMatchObject({
    event_type: 'journal.checkpoint',
    positions: [],
    totals: { records: 0, accepted: 0, rejected: {}, by_event_type: {}, bytes: 0 },
    time_max: '2026-11-21T02:15:37.000Z',
  })
  expect(closed).toMatchObject({ event_type: 'journal.closed', positions: [] })
  expect(statSync(eventsFile).mode & 0o777).toBe(0o600)
})

test('each start writes journal.opened and goes on with chain and sequence', async () => {
  const eventsFile = newFile()
  for (const version of ['1', '2', '3']) {
    const journal = await openJournal(eventsFile, { writerVersion: version })
    await journal.append(records(0, 1))
    await journal.close()
  }
  expect(story(eventsFile)).toEqual([
    'opened',
    'checkpoint',
    '0@0',
    '0@1',
    'closed',
    'opened',
    'closed',
    'opened',
    'closed',
  ])
  expect(chainFaults(eventsFile)).toEqual([])
})

test('appends that are asked for at once are written one after the other', async () => {
  const eventsFile = newFile()
  const journal = await openJournal(eventsFile)
  await Promise.all([
    journal.append(records(0, 9)),
    journal.append(records(0, 4, { partition: 1 })),
    journal.append(records(5, 14)),
    journal.close(),
  ])
  expect(chainFaults(eventsFile)).toEqual([])
  expect(recordLines(readJournal(eventsFile))).toHaveLength(20)
  expect(story(eventsFile).at(-1)).toBe('closed')
})

test('a closed journal takes nothing more: its lock may be another tracker by then', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.append(records(0, 0))
  await journal.close()
  const bytes = readFileSync(eventsFile)
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await expect(journal.append(records(1, 1))).rejects.toThrow('the journal is closed')
  expect(readFileSync(eventsFile)).toEqual(bytes)
})

test('two names of one journal are one journal', async () => {
  const dir = tempDir()
  mkdirSync(join(dir, 'real'))
  symlinkSync(join(dir, 'real'), join(dir, 'link'))
  const journal = await openJournal(join(dir, 'real', 'tracker.events'))
  await expect(openJournal(join(dir, 'link', 'tracker.events'))).rejects.toMatchObject({ exit: 75 })
  await journal.close()
})

test.each<[string, string, (dir: string) => void]>([
  ['a folder that is not there', 'nowhere/tracker.events', () => {}],
  ['a folder in its place', 'tracker.events', (dir) => mkdirSync(join(dir, 'tracker.events'))],
  ['a file where its folder should be', 'file/tracker.events', (dir) => writeFileSync(join(dir, 'file'), '')],
])('%s is a file error (74) that names the journal, and no lock stays', async (_, name, prepare) => {
  const dir = tempDir()
  prepare(dir)
  const eventsFile = join(dir, name)
  const failed = await openJournal(eventsFile).catch((error) => error)
  expect(failed).toMatchObject({ code: 'journal_file', exit: 74 })
  expect(failed.message).toContain(`cannot open the journal ${eventsFile}`)
  expect(existsSync(`${eventsFile}.lock`)).toBe(false)
})

test('lines carry the wall clock, also when it goes back; the largest time so far is told by checkpoints', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock('2026-11-21T12:00:00.000Z')
  const journal = await openJournal(eventsFile, { clock })
  clock.jumpTo('2026-11-21T11:00:00.000Z')
  await journal.append(records(0, 0))
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.close()
  const lines: JournalLine[] = readJournal(eventsFile)
  expect(lines[2]?.timestamp).toBe('2026-11-21T11:00:00.000Z')
  expect(lines[3]).toMatchObject({
    timestamp: '2026-11-21T11:01:00.000Z',
    time_max: '2026-11-21T12:00:00.000Z',
  })
})
