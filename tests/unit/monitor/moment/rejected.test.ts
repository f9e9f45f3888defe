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
    fc.property(plans, (plan) => {
      const dir = tempDir()
      const files = new TrackerFiles(dir)
      writePlan(files, plan)
      const index = new JournalIndex(files.eventsFile, new IndexStore(files.eventsFile, [join(dir, 'index')]))
      while (index.step());
      const text = new JournalText(files.eventsFile, new SealedParts(files.eventsFile))
      const rejected: number[] = []
      for (const { entry } of text.entries({ part: 0, offset: 0 }))
        if (isRecordEntry(entry) && entry.error) rejected.push(entry.seq)
      const middle = Math.ceil(files.seq / 2)
      for (const entries of [index.entries, []])
        for (const seq of [1, middle, files.seq, ...rejected.slice(0, 3), ...rejected.slice(-3)]) {
          const later = rejected.find((each) => each > seq) ?? null
          const earlier = rejected.findLast((each) => each < seq) ?? null
          expect(rejectedBeside(text, entries, { seq, isLater: true })).toBe(later)
          expect(rejectedBeside(text, entries, { seq, isLater: false })).toBe(earlier)
        }
      text.close()
      index.close()
    }),
    { numRuns: 60 },
  )
})
