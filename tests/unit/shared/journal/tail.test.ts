import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withText } from '../../../../src/shared/journal/sealed/text-file.js'
import { findEnd, linesBackwards, readTail } from '../../../../src/shared/journal/tail.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

test('lines read backwards are the lines in reverse, whatever the window', () => {
  const file = join(tempDir(), 'lines')
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 30 })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 64 }), (lines, windowBytes) => {
      const text = lines.map((each) => `${each}\n`).join('')
      writeFileSync(file, text)
      const end = Buffer.byteLength(text)
      const found = withText(file, (fd) => [...linesBackwards(fd, end, { windowBytes })].map(String))
      expect(found).toEqual(lines.toReversed())
    }),
    { numRuns: 200 },
  )
})

test('a floor leaves out exactly the lines that begin before it', () => {
  const file = join(tempDir(), 'lines')
  const text = 'one\ntwo\nthree\nfour\n'
  writeFileSync(file, text)
  for (let floor = 0; floor <= text.length; floor += 1) {
    for (const windowBytes of [1, 3, 5, 100]) {
      const found = withText(file, (fd) =>
        [...linesBackwards(fd, text.length, { floor, windowBytes })].map(String),
      )
      const expected = [...text.matchAll(/.+/g)].filter(({ index }) => index >= floor).map(String)
      expect(found, `floor ${floor}, window ${windowBytes}`).toEqual(expected.toReversed())
    }
  }
})

test.each<[string, string, number]>([
  ['nothing', '', 0],
  ['whole lines', 'ab\ncd\n', 6],
  ['half a line', 'ab\ncd', 3],
  ['no line feed at all', 'abcd', 0],
  ['zeros behind a line', 'ab\n\0\0\0', 3],
  ['zeros behind half a line', 'ab\ncd\0\0', 3],
  ['zeros and nothing else', '\0\0\0', 0],
  ['zeros longer than what is read at once', `ab\n${'\0'.repeat(200_000)}`, 3],
  ['half a line longer than what is read at once', `ab\n${'x'.repeat(200_000)}`, 3],
  ['zeros inside a whole line', 'a\0b\n', 4],
])('of %s the whole lines end at byte %#', (_, content, wholeBytes) => {
  const file = join(tempDir(), 'file')
  writeFileSync(file, content)
  expect(withText(file, findEnd)).toEqual({ wholeBytes, fileBytes: content.length })
})

test('the tail begins behind the last checkpoint that verifies, and a payload that looks like one is none', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile)
  const deceptive = '{"timestamp":"2026-11-21T02:15:37.000Z","event_type":"journal.checkpoint","seq":2}'
  await journal.append(records(0, 2, { value: deceptive }))
  await journal.append(records(3, 3, { value: `\n${deceptive}\n` }))
  await journal.close()
  const tail = withText(eventsFile, (fd) => readTail(fd, findEnd(fd).wholeBytes))
  expect(tail.checkpoint?.seq).toBe(2)
  expect(
    tail.lines
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).seq),
  ).toEqual([3, 4, 5, 6, 7])
})
