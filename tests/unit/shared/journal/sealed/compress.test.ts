/** Goal: a sealed file takes less room, stays what it was to the byte, and is never lost on the way. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { journalLinesBackwards } from '../../../../../src/shared/journal/backwards.js'
import { journalFiles } from '../../../../../src/shared/journal/names.js'
import { readLines } from '../../../../../src/shared/journal/read.js'
import { compressSealed, FRAME_TEXT_BYTES_MAX } from '../../../../../src/shared/journal/sealed/compress.js'
import { readSeekTable } from '../../../../../src/shared/journal/sealed/seek-table.js'
import { withText } from '../../../../../src/shared/journal/sealed/text-file.js'
import { readRange } from '../../../../../src/shared/journal/tail.js'
import { verifyFiles } from '../../../../../src/shared/journal/verify.js'
import { seeded } from '../../../../support/journal-mutants.js'
import { openJournal, record, records } from '../../../../support/journal-records.js'
import { tempDir } from '../../../../support/temp-dir.js'

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** A sealed file of some frames with a line that fills one alone, and an open file after it. */
async function journal(): Promise<{ eventsFile: string; sealed: string; text: Buffer }> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  await writer.append(records(0, 1_999))
  await writer.append([record(2_000, { value: `{"a":"${'x'.repeat(FRAME_TEXT_BYTES_MAX)}"}` })])
  await writer.append(records(2_001, 2_500))
  const sealed = await writer.rotate()
  await writer.append(records(2_501, 2_510))
  await writer.close()
  return { eventsFile, sealed, text: readFileSync(sealed) }
}

test('a compressed file is read whole, from its end, at any place, and by zstd itself', async () => {
  const { eventsFile, sealed, text } = await journal()
  const before = verifyFiles(journalFiles(eventsFile))
  const backwards = Array.from(journalLinesBackwards(eventsFile), digest)
  const compressed = compressSealed(sealed)
  expect(compressed).toBe(`${sealed}.zst`)
  expect(statSync(compressed)).toMatchObject({ mode: 0o100400 })
  expect(readdirSync(dirname(sealed)).filter((name) => /\.0/.test(name))).toEqual([basename(compressed)])
  expect(verifyFiles(journalFiles(eventsFile))).toEqual({ ...before, files: [compressed, eventsFile] })
  expect(Array.from(journalLinesBackwards(eventsFile), digest)).toEqual(backwards)
  expect(digest(execFileSync('zstd', ['-dc', compressed], { maxBuffer: 64 << 20 }))).toBe(digest(text))
  const seed = Date.now() % 1_000_000
  process.stdout.write(`places of seed ${seed}\n`)
  const below = seeded(seed)
  withText(compressed, (file) => {
    expect(file.textBytes).toBe(text.length)
    for (let round = 0; round < 200; round += 1) {
      const from = below(text.length)
      const to = Math.min(text.length, from + below(3_000))
      expect(readRange(file, from, to).equals(text.subarray(from, to)), `${from}-${to}`).toBe(true)
    }
  })
})

test('each frame ends at a line end and holds 1 MiB of text at most, or one line', async () => {
  const { sealed, text } = await journal()
  const bytes = readFileSync(compressSealed(sealed))
  const frames = readSeekTable(bytes.length, (from, to) => bytes.subarray(from, to)) ?? []
  expect(frames.length).toBeGreaterThan(3)
  for (const { textAt, textBytes } of frames) {
    const piece = text.subarray(textAt, textAt + textBytes)
    expect(piece.at(-1)).toBe(0x0a)
    expect(piece.length <= FRAME_TEXT_BYTES_MAX || piece.indexOf('\n') === piece.length - 1).toBe(true)
  }
  expect(frames.some(({ textBytes }) => textBytes > FRAME_TEXT_BYTES_MAX)).toBe(true)
})

test('a compressed file that was cut off anywhere is an error that names it', async () => {
  const { sealed } = await journal()
  const compressed = compressSealed(sealed)
  const { size } = statSync(compressed)
  const cut = join(tempDir(), 'tracker.events.000001.zst')
  for (const kept of [0, 5, 9, 1_000, Math.floor(size / 2), size - 20, size - 1]) {
    copyFileSync(compressed, cut)
    execFileSync('chmod', ['u+w', cut])
    truncateSync(cut, kept)
    expect(() => [...readLines(cut)], `${kept} bytes`).toThrow(
      expect.objectContaining({
        exit: 76,
        message: expect.stringContaining(`${cut} does not end in a table`),
      }),
    )
  }
})

test('a frame whose bytes were changed is an error that names it', async () => {
  const { sealed } = await journal()
  const bytes = readFileSync(compressSealed(sealed))
  const changed = join(tempDir(), 'tracker.events.000001.zst')
  bytes.writeUInt8((bytes.readUInt8(2_000) + 1) % 256, 2_000)
  writeFileSync(changed, bytes)
  expect(() => [...readLines(changed)]).toThrow(
    expect.objectContaining({ exit: 76, message: expect.stringMatching(/frame 1 of .* cannot be decoded/) }),
  )
})

test('what another program compressed is refused, and the way out is told', async () => {
  const { text } = await journal()
  const foreign = join(tempDir(), 'tracker.events.000001.zst')
  writeFileSync(
    foreign,
    Buffer.concat([zstdCompressSync(text.subarray(0, 999)), zstdCompressSync(text.subarray(999))]),
  )
  expect(() => [...readLines(foreign)]).toThrow(
    expect.objectContaining({ exit: 76, message: expect.stringContaining('zstd -d') }),
  )
})

test('whatever step a crash interrupts, the journal reads whole and compressing again ends it', async () => {
  const { eventsFile, sealed, text } = await journal()
  const copy = join(tempDir(), basename(sealed))
  copyFileSync(sealed, copy)
  const compressed = compressSealed(sealed)
  // Before the plain file is removed.
  copyFileSync(copy, sealed)
  expect(journalFiles(eventsFile)).toEqual([sealed, eventsFile])
  // While it was written.
  writeFileSync(`${sealed}.new.zst`, 'half')
  expect(journalFiles(eventsFile)).toEqual([sealed, eventsFile])
  expect(verifyFiles(journalFiles(eventsFile)).bad).toBeNull()
  expect(compressSealed(sealed)).toBe(compressed)
  expect([existsSync(sealed), existsSync(`${sealed}.new.zst`)]).toEqual([false, false])
  expect(digest(Buffer.from(execFileSync('zstd', ['-dc', compressed], { maxBuffer: 64 << 20 })))).toBe(
    digest(text),
  )
})

test('who read the name of a file before it was compressed still finds it', async () => {
  const { eventsFile, sealed } = await journal()
  const names = journalFiles(eventsFile)
  compressSealed(sealed)
  expect(verifyFiles(names).bad).toBeNull()
})

test('a file that cannot be compressed stays as it is', () => {
  const missing = join(tempDir(), 'tracker.events.000009')
  expect(() => compressSealed(missing)).toThrow(expect.objectContaining({ exit: 74 }))
})

test('a journal whose sealed files are compressed is opened and goes on', async () => {
  const { eventsFile, sealed } = await journal()
  compressSealed(sealed)
  const writer = await openJournal(eventsFile)
  await writer.append(records(2_511, 2_512))
  await writer.rotate()
  await writer.close()
  expect(verifyFiles(journalFiles(eventsFile))).toMatchObject({
    bad: null,
    fromSeq: 1,
    state: { totals: { records: 2_513 } },
  })
})
