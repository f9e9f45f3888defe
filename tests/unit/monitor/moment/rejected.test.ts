/** The next rejected record, earlier or later, is the one that reading all lines finds. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IndexStore } from '../../../../src/monitor/index/index-store.js'
import { JournalIndex } from '../../../../src/monitor/index/journal-index.js'
import { JournalText } from '../../../../src/monitor/moment/journal-text.js'
import { rejectedBeside } from '../../../../src/monitor/moment/rejected.js'
import { SealedParts } from '../../../../src/monitor/tail/sealed-parts.js'
import { isRecordEntry } from '../../../../src/shared/contract/journal-entry.js'
import { plans, writePlan } from '../../../support/journal-plans.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

test('the next rejected record is found wherever it stands, with an index and without', () => {
  fc.assert(
    fc.property(plans, fc.boolean(), (plan, isIndexed) => {
      const dir = tempDir()
      const files = new TrackerFiles(dir)
      writePlan(files, plan)
      const index = new JournalIndex(files.eventsFile, new IndexStore(files.eventsFile, [join(dir, 'index')]))
      while (isIndexed && index.step());
      const text = new JournalText(files.eventsFile, new SealedParts(files.eventsFile))
      const rejected: number[] = []
      for (const { entry } of text.entries({ part: 0, offset: 0 }))
        if (isRecordEntry(entry) && entry.error) rejected.push(entry.seq)
      const found = (seq: number, isLater: boolean) => rejectedBeside(text, index.entries, { seq, isLater })
      const middle = Math.ceil(files.seq / 2)
      for (const seq of [1, middle, files.seq, ...rejected.slice(0, 3), ...rejected.slice(-3)]) {
        expect(found(seq, true)).toBe(rejected.find((each) => each > seq) ?? null)
        expect(found(seq, false)).toBe(rejected.findLast((each) => each < seq) ?? null)
      }
      text.close()
      index.close()
    }),
    { numRuns: 20 },
  )
})
