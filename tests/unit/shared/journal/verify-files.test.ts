/** A journal of several files: chain and sequence run on, each file opens by naming the one before it. */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { Draft, NOTHING_SINCE, type OwnFields } from '../../../../src/shared/journal/draft.js'
import { ChainEncoder } from '../../../../src/shared/journal/encoder.js'
import { emptyState } from '../../../../src/shared/journal/state.js'
import { verifyFiles } from '../../../../src/shared/journal/verify.js'
import { records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

interface FileSet {
  files: string[]
  /** Content of the file at `index`. */
  text(index: number): string
}

const opened = (previous_file: string | null, previous_hash: string | null): OwnFields => ({
  event_type: 'journal.opened',
  format: 1,
  instance: null,
  writer_version: '0.0.0',
  previous_file,
  previous_hash,
})

/** Three files in a row: lines 1 to 7, 8 to 12 and 13 to 17. */
function fileSet(change: (index: number) => OwnFields | null = () => null): FileSet {
  const dir = tempDir()
  const encoder = new ChainEncoder()
  const draft = new Draft({ state: emptyState(), since: NOTHING_SINCE }, encoder, '2026-11-21T02:15:37.000Z')
  const names = ['tracker.events.000001', 'tracker.events.000002', 'tracker.events']
  const texts = names.map((_, index) => {
    const from = encoder.batchBytes
    const previous = names[index - 1] ?? null
    draft.own(change(index) ?? opened(previous, previous && draft.state.hash))
    draft.checkpoint(null)
    if (index === 0) {
      draft.own({ event_type: 'journal.cluster', cluster_id: 'A' })
      for (const each of records(0, 2, { partition: 7 })) draft.record(each)
    } else for (const each of records(index * 2, index * 2 + 1)) draft.record(each)
    draft.checkpoint(null)
    return encoder.batch().toString('utf8', from)
  })
  const files = names.map((name) => join(dir, name))
  for (const [index, file] of files.entries()) writeFileSync(file, texts[index] ?? '')
  return { files, text: (index) => texts[index] ?? '' }
}

const problemOf = (files: string[]): string | null => {
  const { bad } = verifyFiles(files)
  return bad && `${basename(bad.file)} line ${bad.line} ${bad.problem}`
}

test('files in their order verify as one journal', () => {
  const { files } = fileSet()
  expect(verifyFiles(files)).toMatchObject({
    bad: null,
    fromSeq: 1,
    lines: 17,
    state: { totals: { records: 7 } },
  })
})

test('where earlier files are absent the rest verifies from there, with positions and totals of its first checkpoint', () => {
  const { files } = fileSet()
  const { bad, fromSeq, lines, state } = verifyFiles(files.slice(1))
  expect({ bad, fromSeq, lines }).toEqual({ bad: null, fromSeq: 8, lines: 10 })
  expect(state).toMatchObject({ seq: 17, clusterId: 'A', totals: { records: 7 } })
  expect([...state.positions.values()].map(({ partition, next_offset }) => [partition, next_offset])).toEqual(
    [
      [7, 3],
      [0, 6],
    ],
  )
  expect(verifyFiles(files.slice(2))).toMatchObject({ bad: null, fromSeq: 13, lines: 5 })
})

test('a file that is missing in between is found where the next one begins', () => {
  const { files } = fileSet()
  expect(problemOf([files[0] ?? '', files[2] ?? ''])).toMatch(
    /^tracker\.events line 1 has a hash that does not follow/,
  )
  expect(problemOf([files[1] ?? '', files[0] ?? ''])).toMatch(/^tracker\.events\.000001 line 1 has a hash/)
})

test('only the last file may end inside a line', () => {
  const { files, text } = fileSet()
  writeFileSync(files[1] ?? '', text(1).slice(0, -1))
  expect(problemOf(files)).toBe(
    'tracker.events.000002 line 5 is not ended by a line feed, and another file follows',
  )
  writeFileSync(files[1] ?? '', text(1))
  writeFileSync(files[2] ?? '', text(2).slice(0, -1))
  expect(problemOf(files)).toBeNull()
})

test('a file that follows another must say so, and every file must open itself', () => {
  expect(problemOf(fileSet((index) => (index === 1 ? opened(null, null) : null)).files)).toBe(
    'tracker.events.000002 line 1 does not name tracker.events.000001 as the file before it',
  )
  const cluster: OwnFields = { event_type: 'journal.cluster', cluster_id: 'A' }
  expect(problemOf(fileSet((index) => (index === 2 ? cluster : null)).files)).toBe(
    'tracker.events line 1 does not open the file with journal.opened',
  )
})
