import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineSplitter } from '../../../../src/monitor/tail/line-splitter.js'

const texts = (splitter: LineSplitter, ...chunks: (string | Buffer)[]): string[] =>
  chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)).map(({ bytes }) => bytes.toString()))

/** Cuts `bytes` at the given places. */
function cutAt(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (one, other) => one - other,
  )
  return [...sorted, bytes.length].map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end))
}

test('any chunking of the same bytes gives the same lines at the same offsets', () => {
  const content = fc.array(fc.string({ maxLength: 40 }).map((line) => line.replaceAll('\n', ' ')))
  fc.assert(
    fc.property(content, fc.string({ maxLength: 20 }), fc.array(fc.nat(5000)), (lines, torn, places) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join('') + torn.replaceAll('\n', ' '))
      const read = (chunks: Buffer[]): unknown[] => {
        const splitter = new LineSplitter()
        // The buffer of a read is used again for the next one, as in the file follower.
        const shared = Buffer.alloc(bytes.length)
        return chunks.flatMap((chunk) => {
          chunk.copy(shared)
          return splitter
            .push(shared.subarray(0, chunk.length))
            .map(({ bytes: line, start, end }) => ({ line: line.toString(), start, end }))
        })
      }
      const whole = read([bytes])
      expect(read(cutAt(bytes, places))).toEqual(whole)
      expect(whole.map((line) => (line as { line: string }).line)).toEqual(
        lines.map((line) => line.replace(/\r$/, '')),
      )
    }),
  )
})

test('a half-written line is held until its LF arrives', () => {
  const splitter = new LineSplitter()
  expect(texts(splitter, 'one\ntw')).toEqual(['one'])
  expect(splitter.lineStart).toBe(4)
  expect(splitter.offset).toBe(6)
  expect(texts(splitter, 'o')).toEqual([])
  expect(texts(splitter, '\nthree')).toEqual(['two'])
})

test('CR LF ends a line as LF does, also where they come in two reads', () => {
  expect(texts(new LineSplitter(), 'one\r\ntwo\r', '\nthree\n')).toEqual(['one', 'two', 'three'])
})

test('says which lines were put together from several reads', () => {
  const splitter = new LineSplitter()
  splitter.push(Buffer.from('on'))
  const lines = splitter.push(Buffer.from('e\ntwo\n'))
  expect(lines.map(({ isAssembled }) => isAssembled)).toEqual([true, false])
})

test('an assembled line stays whole when more of the same chunk is held', () => {
  const splitter = new LineSplitter()
  splitter.push(Buffer.from('first half, '))
  const [line] = splitter.push(Buffer.from('second half\nthe beginning of the next'))
  expect(line?.bytes.toString()).toBe('first half, second half')
})

test('a line over the bound is passed over and reported once; the next one is read as ever', () => {
  const splitter = new LineSplitter(0, 10)
  const lines = ['012345', '6789', '0123456789', '\nshort\n'].flatMap((chunk) =>
    splitter.push(Buffer.from(chunk)),
  )
  expect(lines.map(({ isOversized, start, end }) => ({ isOversized, start, end }))).toEqual([
    { isOversized: true, start: 0, end: 21 },
    { isOversized: false, start: 21, end: 27 },
  ])
  expect(lines[1]?.bytes.toString()).toBe('short')
})

test('a line exactly at the bound is read, one byte more is not, in one chunk or in two', () => {
  const of = (length: number, chunks: number): boolean | undefined => {
    const splitter = new LineSplitter(0, 10)
    const bytes = Buffer.from(`${'x'.repeat(length - 1)}\n`)
    const cut = chunks === 1 ? [bytes] : [bytes.subarray(0, 5), bytes.subarray(5)]
    return cut.flatMap((chunk) => splitter.push(chunk))[0]?.isOversized
  }
  expect([of(10, 1), of(10, 2)]).toEqual([false, false])
  expect([of(11, 1), of(11, 2)]).toEqual([true, true])
})

test('starts counting where it is told to', () => {
  const splitter = new LineSplitter(1000)
  expect(splitter.push(Buffer.from('a\n'))[0]).toMatchObject({ start: 1000, end: 1002 })
})
