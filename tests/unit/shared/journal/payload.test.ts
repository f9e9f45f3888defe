import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RecordEntry } from '../../../../src/shared/contract/journal-entry.js'
import { Draft, NOTHING_SINCE } from '../../../../src/shared/journal/draft.js'
import { ChainEncoder } from '../../../../src/shared/journal/encoder.js'
import { linesOf, parseLine } from '../../../../src/shared/journal/line.js'
import { headerPairs, keyBytes, timestampMsOf, valueBytes } from '../../../../src/shared/journal/payload.js'
import { emptyState } from '../../../../src/shared/journal/state.js'
import { anyContent } from '../../../support/arbitraries.js'
import { record } from '../../../support/journal-records.js'

test('value, key, headers and timestamp come back from the line exactly as they were', () => {
  fc.assert(
    fc.property(fc.array(anyContent, { minLength: 1, maxLength: 5 }), (contents) => {
      const encoder = new ChainEncoder()
      const draft = new Draft(
        { state: emptyState(), since: NOTHING_SINCE },
        encoder,
        '2026-11-21T02:15:37.000Z',
      )
      for (const [offset, content] of contents.entries()) draft.record(record(offset, content))
      const found = [...linesOf(encoder.batch())].map((line) => {
        const entry = parseLine(line) as RecordEntry
        return {
          value: valueBytes(line, entry),
          key: keyBytes(entry),
          headers: headerPairs(entry),
          timestampMs: timestampMsOf(entry),
        }
      })
      expect(found).toEqual(contents)
    }),
    { numRuns: 500 },
  )
})
