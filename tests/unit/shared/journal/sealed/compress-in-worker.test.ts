import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles } from '../../../../../src/shared/journal/names.js'
import { verifyFiles } from '../../../../../src/shared/journal/verify.js'
import { startJournalProcess } from '../../../../support/journal-process.js'
import { openJournal, records } from '../../../../support/journal-records.js'
import { tempDir } from '../../../../support/temp-dir.js'

test('a thread compresses a sealed file, and says why where it cannot', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.append(records(0, 99))
  const sealed = await writer.rotate()
  await writer.close()
  const other = startJournalProcess(eventsFile)
  expect(await other.ask({ do: 'compress', file: sealed })).toEqual({
    result: { compressed: `${sealed}.zst` },
  })
  expect(verifyFiles(journalFiles(eventsFile))).toMatchObject({
    bad: null,
    files: [`${sealed}.zst`, eventsFile],
  })
  expect(await other.ask({ do: 'compress', file: `${sealed}x` })).toMatchObject({
    error: { exit: 74, message: expect.stringContaining(`cannot read ${sealed}x`) },
  })
})
