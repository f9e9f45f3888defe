/**
 * Goal: the journal goes on over many files as one chain, and a crash at any step of a rotation costs nothing.
 * Method: real journals rotated, and the states that a crash leaves between two steps made by hand.
 */
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readJournalHead } from '../../../../src/shared/journal/inspect.js'
import { journalFiles, sealedFiles } from '../../../../src/shared/journal/names.js'
import { verifyFiles } from '../../../../src/shared/journal/verify.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { story } from '../../../support/journal-story.js'
import { tempDir } from '../../../support/temp-dir.js'

const P0 = { topic: 'orders', partition: 0 }

const names = (eventsFile: string): string[] => readdirSync(dirname(eventsFile)).sort()

/** Records 0 to 2 in a sealed file and 3 to 4 in the open one. */
async function rotated(instance: string | null = null): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile, { instance })
  await journal.enterCluster('A', [])
  await journal.append(records(0, 2))
  await journal.rotate()
  await journal.append(records(3, 4))
  await journal.abandon()
  return eventsFile
}

test('a rotation seals the file under the next number and goes on with the same chain in a new one', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.enterCluster('A', [])
  await journal.append(records(0, 2))
  const sealed = await journal.rotate()
  const { seq } = journal.state
  await journal.append(records(3, 4))
  expect(await journal.rotate()).toBe(`${eventsFile}.000002`)
  await journal.close()

  expect(sealed).toBe(`${eventsFile}.000001`)
  expect(names(eventsFile)).toEqual(['tracker.events', 'tracker.events.000001', 'tracker.events.000002'])
  expect(statSync(sealed).mode & 0o777).toBe(0o400)
  expect(statSync(eventsFile).mode & 0o777).toBe(0o600)
  expect(seq).toBe(8)
  expect(story(`${eventsFile}.000002`).slice(0, 2)).toEqual(['opened', 'checkpoint'])
  expect(verifyFiles(journalFiles(eventsFile))).toMatchObject({ bad: null, fromSeq: 1 })
})

test('a rotated journal opens where it stood, with cluster, positions, totals and the last records', async () => {
  const eventsFile = await rotated()
  const journal = await openJournal(eventsFile)
  expect(journal.state.clusterId).toBe('A')
  expect(journal.nextOffset(P0)).toBe(5)
  expect(journal.state.totals.records).toBe(5)
  expect(journal.recent.of('orders', 0).map(({ offset }) => offset)).toEqual([4, 3, 2, 1, 0])
  await journal.close()
})

test('a journal without positions keeps its cluster over a rotation', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.enterCluster('A', [])
  await journal.rotate()
  await journal.close()
  const again = await openJournal(eventsFile)
  expect(again.state.clusterId).toBe('A')
  await again.close()
  expect(verifyFiles(journalFiles(eventsFile)).bad).toBeNull()
})

test('a crash before the old file was renamed leaves the old one, and the new one is thrown away', async () => {
  const eventsFile = await rotated()
  copyFileSync(eventsFile, `${eventsFile}.new`)
  const journal = await openJournal(eventsFile)
  expect(journal.nextOffset(P0)).toBe(5)
  await journal.close()
  expect(names(eventsFile)).toEqual(['tracker.events', 'tracker.events.000001'])
})

test('a crash between the two renames is ended forwards', async () => {
  const eventsFile = await rotated()
  renameSync(eventsFile, `${eventsFile}.new`)
  const head = readJournalHead(eventsFile)
  expect(head?.seq).toBe(6)
  const journal = await openJournal(eventsFile)
  expect(journal.nextOffset(P0)).toBe(5)
  await journal.close()
  expect(names(eventsFile)).toEqual(['tracker.events', 'tracker.events.000001'])
  expect(verifyFiles(journalFiles(eventsFile)).bad).toBeNull()
})

test('a sealed file that a crash left writable is made read-only', async () => {
  const eventsFile = await rotated()
  const [sealed = ''] = sealedFiles(eventsFile)
  rmSync(sealed, { force: true })
  copyFileSync(eventsFile, sealed)
  expect(statSync(sealed).mode & 0o200).not.toBe(0)
  const journal = await openJournal(eventsFile)
  await journal.close()
  expect(statSync(sealed).mode & 0o777).toBe(0o400)
})

test('sealed files without an open one are never an empty journal', async () => {
  const eventsFile = await rotated()
  rmSync(eventsFile)
  await expect(openJournal(eventsFile)).rejects.toMatchObject({ code: 'journal_integrity', exit: 76 })
  expect(existsSync(eventsFile)).toBe(false)
})

test('a new file that goes on from another one than the last sealed is not put in place', async () => {
  const eventsFile = await rotated()
  const other = await rotated('other')
  rmSync(eventsFile)
  renameSync(other, `${eventsFile}.new`)
  await expect(openJournal(eventsFile)).rejects.toMatchObject({ exit: 76 })
  expect(names(eventsFile)).toEqual([basename(`${eventsFile}.000001`), basename(`${eventsFile}.new`)])
})
