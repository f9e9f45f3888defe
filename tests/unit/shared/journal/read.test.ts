import { appendFileSync, closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HASH_CHARS } from '../../../../src/shared/journal/line.js'
import { LineCursor, readLines, WINDOW_BYTES } from '../../../../src/shared/journal/read.js'
import { tempDir } from '../../../support/temp-dir.js'

/** What is read at once; lines around a multiple of it are where a reader goes wrong. */
const CHUNK_BYTES = WINDOW_BYTES - HASH_CHARS

const found = (file: string, untilBytes?: number): [number, number, number, boolean][] =>
  [...readLines(file, untilBytes === undefined ? {} : { untilBytes })].map(
    ({ line, number, offset, isWhole }) => [number, offset, line.length, isWhole],
  )

test('every line is told with its number and place, the unfinished one at the end too', () => {
  const file = join(tempDir(), 'lines')
  writeFileSync(file, 'one\n\nthree\nfou')
  expect(Array.from(readLines(file), ({ line, ...place }) => ({ ...place, text: line.toString() }))).toEqual([
    { number: 1, offset: 0, isWhole: true, text: 'one' },
    { number: 2, offset: 4, isWhole: true, text: '' },
    { number: 3, offset: 5, isWhole: true, text: 'three' },
    { number: 4, offset: 11, isWhole: false, text: 'fou' },
  ])
  writeFileSync(file, '')
  expect(found(file)).toEqual([])
})

test('reading stops at the byte that was named', () => {
  const file = join(tempDir(), 'lines')
  writeFileSync(file, 'one\ntwo\nthree\n')
  expect(found(file, 8)).toEqual([
    [1, 0, 3, true],
    [2, 4, 3, true],
  ])
})

test.each([-1, 0, 1])('lines that end %i bytes from the edge of what is read at once stay whole', (shift) => {
  const file = join(tempDir(), 'lines')
  const first = CHUNK_BYTES + shift
  const long = CHUNK_BYTES * 2 + 5
  writeFileSync(file, `${'a'.repeat(first - 1)}\n${'b'.repeat(long)}\nc\n${'d'.repeat(CHUNK_BYTES)}`)
  expect(found(file)).toEqual([
    [1, 0, first - 1, true],
    [2, first, long, true],
    [3, first + long + 1, 1, true],
    [4, first + long + 3, CHUNK_BYTES, false],
  ])
})

test('lines are read into the window that is given, and those that are longer elsewhere', () => {
  const file = join(tempDir(), 'lines')
  const window = Buffer.alloc(1_000)
  const texts = ['one', 'b'.repeat(1_000 - HASH_CHARS - 1), 'c'.repeat(1_000), 'four']
  writeFileSync(file, `${texts.join('\n')}\n`)
  const walker = { window, lineEnd: () => -1 }
  const lines = Array.from(readLines(file, { walker }), ({ line }) => ({
    text: line.toString(),
    isInWindow: line.buffer === window.buffer,
  }))
  expect(lines.map(({ text }) => text)).toEqual(texts)
  expect(lines.map(({ isInWindow }) => isInWindow)).toEqual([true, true, false, false])
})

/** Knows lines that are texts in brackets. */
class BracketWalker {
  readonly window: Buffer
  constructor(windowBytes: number) {
    this.window = Buffer.alloc(windowBytes)
  }

  lineEnd(from: number): number {
    const end = this.window[from] === OPEN ? this.window.indexOf(CLOSE, from) : -1
    return this.window[end + 1] === LF ? end + 1 : -1
  }
}

const [OPEN, CLOSE, LF] = [0x5b, 0x5d, 0x0a]

test('where a walker knows where a line ends, nobody looks for it; and the same lines are told', () => {
  const file = join(tempDir(), 'lines')
  const texts = Array.from({ length: 500 }, (_, index) => {
    const text = 'x'.repeat((index * 7) % 90)
    return index % 5 === 0 ? text : `[${text}]`
  })
  for (const rest of ['', '[', '[unfinished', '[unfinished]']) {
    writeFileSync(file, `${texts.join('\n')}\n${rest}`)
    for (const windowBytes of [HASH_CHARS + 1, 100, 163, 1_000]) {
      const lines = new LineCursor(file, { linesBefore: 7, walker: new BracketWalker(windowBytes) })
      const told: object[] = []
      while (lines.advance()) {
        const { line, number, offset, isWhole, isWalked, endOffset } = lines
        told.push({ text: line.toString(), number: number - 7, offset, isWhole })
        expect(endOffset - offset).toBe(line.length + Number(isWhole))
        if (windowBytes === 1_000) expect(isWalked).toBe(isWhole && line[0] === OPEN)
      }
      lines.close()
      expect(told).toEqual(
        Array.from(readLines(file), ({ line, ...place }) => ({ ...place, text: line.toString() })),
      )
    }
  }
})

test('a line that is not written to its end yet does not end in what was read before it', () => {
  const [long, short] = [join(tempDir(), 'long'), join(tempDir(), 'short')]
  writeFileSync(long, '[one]\n[two]\n')
  writeFileSync(short, '[one]\n[t')
  const walker = new BracketWalker(1_000)
  expect(Array.from(readLines(long, { walker }), ({ isWhole }) => isWhole)).toEqual([true, true])
  expect(Array.from(readLines(short, { walker }), ({ line, isWhole }) => [line.toString(), isWhole])).toEqual(
    [
      ['[one]', true],
      ['[t', false],
    ],
  )
})

test('behind its last line a cursor stays, though the file goes on', () => {
  const file = join(tempDir(), 'lines')
  for (const text of ['one\n', 'one\ntw']) {
    writeFileSync(file, text)
    const lines = new LineCursor(file)
    while (lines.advance());
    appendFileSync(file, 'o\nthree\n')
    expect(lines.advance()).toBe(false)
    lines.close()
  }
})

test('what is before a line may be written over as far as a hash is long, and no other line changes', () => {
  const file = join(tempDir(), 'lines')
  const texts = Array.from({ length: 3_000 }, (_, index) => `${index}`.padEnd((index * 37) % 500, 'x'))
  writeFileSync(file, `${texts.join('\n')}\n`)
  const read: string[] = []
  const lines = new LineCursor(file)
  while (lines.advance()) {
    lines.memory.fill('\n', lines.from - HASH_CHARS, lines.from)
    read.push(lines.line.toString())
  }
  lines.close()
  expect(read).toEqual(texts)
})

test('a line over 64 MiB is refused with its number, not read into memory for ever', () => {
  const file = join(tempDir(), 'lines')
  const fd = openSync(file, 'w')
  writeSync(fd, 'a\n')
  // A hole in the file: bytes that take no room on the disk.
  writeSync(fd, 'z', 200 * 1024 * 1024)
  closeSync(fd)
  expect(() => found(file)).toThrow(expect.objectContaining({ code: 'journal_integrity', exit: 76 }))
  expect(() => found(file)).toThrow(/line 2 of .*lines is longer than 67108864 bytes/)
})

test('a file that is not there is a file error that names it', () => {
  const file = join(tempDir(), 'nowhere')
  expect(() => found(file)).toThrow(expect.objectContaining({ code: 'journal_file', exit: 74 }))
  expect(() => found(file)).toThrow(file)
})
