import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type AnchoredHead,
  appendHead,
  chainAt,
  headsOf,
  journalName,
  readHeads,
} from '../../../../src/shared/journal/anchor.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { readJournal } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const head = (seq: number, given: Partial<AnchoredHead> = {}): AnchoredHead => ({
  timestamp: '2026-11-21T03:00:00.000Z',
  journal: 'order-tracker-group',
  chain: 'a'.repeat(64),
  seq,
  hash: String(seq % 10).repeat(64),
  ...given,
})

test('heads come back as they were appended, without a line that is not finished', async () => {
  const file = join(tempDir(), 'heads')
  await appendHead(file, head(1))
  await appendHead(file, head(2, { chain: null }))
  appendFileSync(file, '{"timestamp":"2026')
  expect(readHeads(file)).toEqual([head(1), head(2, { chain: null })])
})

test('a line that is no head, and a file that is not there, are named', () => {
  const file = join(tempDir(), 'heads')
  expect(() => readHeads(file)).toThrow(expect.objectContaining({ exit: 74 }))
  writeFileSync(file, `${JSON.stringify(head(1))}\n${JSON.stringify({ ...head(2), hash: 'x' })}\n`)
  expect(() => readHeads(file)).toThrow(
    expect.objectContaining({ exit: 76, message: expect.stringContaining(`line 2 of the anchor ${file}`) }),
  )
})

test('a journal is checked against the heads of its own name and of the newest chain', () => {
  const old = [head(1), head(9)]
  const begunAnew = [head(1, { chain: 'b'.repeat(64) }), head(3, { chain: 'b'.repeat(64) })]
  const withoutFirst = head(4, { chain: null })
  const other = head(70, { journal: journalName('order-tracker-group', 'x') })
  expect(headsOf([...old, other, ...begunAnew, withoutFirst], 'order-tracker-group')).toEqual({
    heads: [...begunAnew, withoutFirst],
    before: [head(9)],
  })
  expect(headsOf([other], 'order-tracker-group')).toEqual({ heads: [], before: [] })
})

test('a chain is told by its first line, also when that is in a sealed file, and not without it', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  expect(chainAt(eventsFile)).toBeNull()
  const journal = await openJournal(eventsFile)
  const first = readJournal(eventsFile)[0]?.hash
  await journal.append(records(0, 1))
  expect(chainAt(eventsFile)).toBe(first)
  const sealed = await journal.rotate()
  await journal.close()
  expect(chainAt(eventsFile)).toBe(first)
  expect(chainAt(`${sealed}.none`)).toBeNull()
})
