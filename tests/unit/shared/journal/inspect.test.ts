import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalWriter, readJournalHead } from '../../../../src/shared/journal/inspect.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

test('the head is what the writer knows, while it writes', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  expect(readJournalHead(eventsFile)).toBeNull()
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.enterCluster('A', [])
  for (let round = 0; round < 3; round += 1) {
    await journal.append(records(round * 4, round * 4 + 3))
    clock.advance(60_000)
    await journal.checkpointIfDue()
    const { positions, ...state } = journal.state
    expect(readJournalHead(eventsFile)).toEqual({ ...state, positions: [...positions.values()] })
  }
  await journal.close()
})

test('a file that is read at any moment of an append shows the lines that are whole', async () => {
  const dir = tempDir()
  const eventsFile = join(dir, 'tracker.events')
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.append(records(0, 1, { value: '{}' }))
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.append(records(2, 2, { value: '{}' }))
  await journal.close()
  const bytes = readFileSync(eventsFile)
  const growing = join(dir, 'growing.events')
  let lines = 0
  for (let length = 0; length <= bytes.length; length += 1) {
    writeFileSync(growing, bytes.subarray(0, length))
    if (bytes[length - 1] === 0x0a) lines += 1
    expect(readJournalHead(growing)?.seq ?? 0, `${length} bytes`).toBe(lines)
  }
  expect(lines).toBe(7)
})

test('a tail that does not verify is refused', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  await journal.append(records(0, 1))
  await journal.close()
  writeFileSync(eventsFile, readFileSync(eventsFile, 'utf8').replace('order-2', 'order-3'))
  expect(() => readJournalHead(eventsFile)).toThrow(expect.objectContaining({ exit: 76 }))
})

test('the writer is told while it has the journal, and nobody after', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  expect(journalWriter(eventsFile)).toBeNull()
  const journal = await openJournal(eventsFile)
  expect(journalWriter(eventsFile)?.pid).toBe(process.pid)
  await journal.close()
  expect(journalWriter(eventsFile)).toBeNull()
})
