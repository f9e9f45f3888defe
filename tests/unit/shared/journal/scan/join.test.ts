/**
 * Goal: checking spans apart and joining them says what checking line after line says, word for word.
 * Method: journals of several files, plain and compressed, signed and not, whole, changed and written anew; spans of
 * several sizes. Expected: equal results, and equal errors where a file cannot be read.
 */
import { chmodSync, copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { linesOf } from '../../../../../src/shared/journal/line.js'
import { journalFiles } from '../../../../../src/shared/journal/names.js'
import { checkSpan, joinSpans } from '../../../../../src/shared/journal/scan/join.js'
import { planSpans, textBytesOf } from '../../../../../src/shared/journal/scan/spans.js'
import { compressSealed } from '../../../../../src/shared/journal/sealed/compress.js'
import { createKey, loadPublicKey, loadSigner } from '../../../../../src/shared/journal/signature.js'
import type { Verification } from '../../../../../src/shared/journal/verification.js'
import { type VerifyOptions, verifyFiles } from '../../../../../src/shared/journal/verify.js'
import { FakeClock } from '../../../../support/fake-clock.js'
import { mutants, resealed, seeded } from '../../../../support/journal-mutants.js'
import { startJournalProcess } from '../../../../support/journal-process.js'
import { openJournal, record, records } from '../../../../support/journal-records.js'
import { tempDir } from '../../../../support/temp-dir.js'

const SPAN_BYTES = [1, 3_000, 9_000, 1e9]
const MUTANTS = 120

/** Three files with a checkpoint every few lines; signed from the second file on where there is a key. */
async function journal(keyFile: string | null = null): Promise<string[]> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock()
  for (let part = 0; part < 3; part += 1) {
    const signer = part > 0 && keyFile !== null ? loadSigner(keyFile) : null
    const writer = await openJournal(eventsFile, { clock, signer })
    await writer.enterCluster(part < 2 ? 'A' : 'B', [{ topic: 'orders', partition: 0, offset: 0 }])
    for (let round = 0; round < 4; round += 1) {
      const next = writer.nextOffset({ topic: 'orders', partition: 0 }) ?? 0
      await writer.append(records(next, next + 2))
      await writer.append([record(next + 4, { value: 'no JSON' })])
      clock.advance(60_000)
      await writer.checkpointIfDue()
    }
    if (part < 2) await writer.rotate()
    await writer.close()
  }
  const files = journalFiles(eventsFile)
  for (const file of files) chmodSync(file, 0o600)
  return files
}

/** What checking says, or how it fails. */
async function said(check: () => Verification | Promise<Verification>): Promise<unknown> {
  try {
    return await check()
  } catch (error) {
    return String(error)
  }
}

async function expectSame(files: string[], what: string, options: VerifyOptions = {}): Promise<unknown> {
  const alone = await said(() => verifyFiles(files, options))
  for (const spanBytes of SPAN_BYTES) {
    const spans = planSpans(files, spanBytes)
    const joined = await said(() =>
      joinSpans(files, spans, options, async (index) => {
        const span = spans[index]
        return span ? checkSpan(files, span, options) : null
      }),
    )
    expect(joined, `${what}, spans of ${spanBytes}`).toEqual(alone)
  }
  return alone
}

test('of a whole journal the same is said, whatever the length of the spans, from a later file on too', async () => {
  const files = await journal()
  expect(planSpans(files, 1).length).toBeGreaterThan(10)
  expect(planSpans(files, 1e9).length).toBe(1)
  expect(await expectSame(files, 'whole')).toMatchObject({ bad: null, fromSeq: 1 })
  expect(await expectSame(files.slice(1), 'later')).toMatchObject({ bad: null })
  expect(await expectSame([files[0] ?? '', files[2] ?? ''], 'missing')).toMatchObject({ bad: { line: 1 } })
  expect(await expectSame([...files].reverse(), 'order')).toMatchObject({ bad: { line: 1 } })
})

test('the lines of a whole journal are checked once: joining reads no file', async () => {
  const files = await journal()
  const alone = verifyFiles(files)
  const spans = planSpans(files, 1)
  const found = spans.map((span) => checkSpan(files, span, {}))
  for (const file of files) rmSync(file)
  expect(await joinSpans(files, spans, {}, async (index) => found[index] ?? null)).toEqual(alone)
})

test('spans follow each other without holes', async () => {
  const files = await journal()
  expect(textBytesOf(files)).toBe(files.reduce((sum, file) => sum + readFileSync(file).length, 0))
  for (const spanBytes of SPAN_BYTES) {
    const spans = planSpans(files, spanBytes)
    expect(spans[0]).toMatchObject({ from: { file: 0, bytes: 0 }, seed: null })
    expect(spans.at(-1)?.to).toBeNull()
    for (const [index, { from }] of spans.slice(1).entries())
      expect(from).toMatchObject(spans[index]?.to ?? {})
  }
})

test('the end of the last file is cut into shorter spans, so that no thread is long about the last one', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock()
  const writer = await openJournal(eventsFile, { clock })
  await writer.enterCluster('A', [{ topic: 'orders', partition: 0, offset: 0 }])
  for (let next = 0; next < 300; next += 3) {
    await writer.append(records(next, next + 2))
    clock.advance(60_000)
    await writer.checkpointIfDue()
  }
  await writer.close()
  const textBytes = textBytesOf([eventsFile])
  const spans = planSpans([eventsFile], 20_000)
  const begins = spans.map(({ from }) => from.bytes)
  const lengths = begins.map((begin, index) => (begins[index + 1] ?? textBytes) - begin)
  const isAtEnd = (index: number): boolean => (begins[index] ?? 0) >= textBytes - 3 * 20_000
  const short = lengths.filter((_, index) => isAtEnd(index))
  const long = lengths.filter((_, index) => !isAtEnd(index))
  expect(long.length).toBeGreaterThan(1)
  expect(Math.min(...long)).toBeGreaterThanOrEqual(20_000)
  expect(short.length).toBeGreaterThan(3)
  expect(Math.max(...short)).toBeLessThan(10_000)
})

test('of changed journals the same first bad line is named in the same words', async () => {
  const files = await journal()
  const seed = Number(process.env['MUTANT_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`mutants of seed ${seed} (MUTANT_SEED repeats them)\n`)
  const below = seeded(seed)
  const dir = tempDir()
  const copies = files.map((file) => join(dir, basename(file)))
  let bad = 0
  for (const [index, file] of files.entries()) {
    for (const { what, bytes } of mutants(readFileSync(file), MUTANTS / files.length, below)) {
      for (const [other, copy] of copies.entries()) copyFileSync(files[other] ?? '', copy)
      writeFileSync(copies[index] ?? '', bytes)
      const result = await expectSame(copies, `${basename(file)}: ${what}`)
      if ((result as Verification).bad) bad += 1
    }
  }
  expect(bad).toBeGreaterThan(MUTANTS / 2)
})

test('a chain that was made anew behind a change is said the same of, checkpoints that lie included', async () => {
  const files = await journal()
  const [file = ''] = files
  const lines = [...linesOf(readFileSync(file))].map((line) => Buffer.from(line))
  for (const [from, to] of [
    ['"records":8', '"records":7'],
    ['"next_offset":10', '"next_offset":11'],
    ['"time_max":"2', '"time_max":"3'],
    ['"positions":[{', '"positions":[],"more":[{'],
    ['espresso', 'expresso'],
  ] as const) {
    const at = lines.findIndex((line) => line.includes(from))
    const body = lines[at]?.subarray(0, -75).toString('utf8').replace(from, to) ?? ''
    const dir = tempDir()
    const copy = join(dir, basename(file))
    writeFileSync(copy, resealed(lines, at, Buffer.from(body)))
    await expectSame([copy], `${from} becomes ${to}`)
    await expectSame([copy, ...files.slice(1)], `${from} becomes ${to}, and the other files follow`)
  }
})

test('heads and signatures are counted the same, and what they find is said in the same words', async () => {
  const keyFile = join(tempDir(), 'journal.key')
  createKey(keyFile)
  const publicKey = loadPublicKey(`${keyFile}.pub`)
  const files = await journal(keyFile)
  const heads = files
    .flatMap((file) => [...linesOf(readFileSync(file))].map((line) => JSON.parse(line.toString('utf8'))))
    .map(({ seq, hash }) => ({ seq, hash }))
  const some = heads.filter(({ seq }) => seq % 7 === 0)
  expect(await expectSame(files, 'witnessed', { heads: some, publicKey })).toMatchObject({
    bad: null,
    heads: { checked: some.length },
    signatures: { checked: expect.any(Number) },
  })
  const other = { seq: 40, hash: 'f'.repeat(64) }
  expect(await expectSame(files, 'rewritten', { heads: [...some, other] })).toMatchObject({
    bad: { problem: expect.stringContaining('rewritten after anchored seq 35') },
  })
  expect(await expectSame(files.slice(0, 2), 'cut', { heads: some, publicKey })).toMatchObject({
    bad: { problem: expect.stringContaining('cut off after anchored seq') },
  })
  const unsigned = await journal()
  expect(await expectSame(unsigned, 'unsigned', { publicKey })).toMatchObject({
    bad: { problem: 'ends a journal without a signed checkpoint; a key was given' },
  })
})

test('a checkpoint without a signature behind signed ones is found across spans', async () => {
  const keyFile = join(tempDir(), 'journal.key')
  createKey(keyFile)
  const files = await journal(keyFile)
  const eventsFile = files.at(-1) ?? ''
  const careless = await openJournal(eventsFile)
  await careless.rotate()
  await careless.close()
  const publicKey = loadPublicKey(`${keyFile}.pub`)
  expect(await expectSame(journalFiles(eventsFile), 'careless', { publicKey })).toMatchObject({
    bad: { line: 2, problem: 'is a checkpoint without a signature' },
  })
})

test('compressed files are checked alike, and one that is cut off fails alike', async () => {
  const [first = '', second = '', open = ''] = await journal()
  const files = [compressSealed(first), compressSealed(second), open]
  expect(await expectSame(files, 'compressed')).toMatchObject({ bad: null })
  chmodSync(files[1] ?? '', 0o600)
  truncateSync(files[1] ?? '', readFileSync(files[1] ?? '').length - 1)
  expect(await expectSame(files, 'cut off')).toMatch(/000002\.zst does not end in a table/)
})

test('threads say the same as one, and how far they are', async () => {
  const files = await journal()
  const alone = verifyFiles(files)
  const process = startJournalProcess(files.at(-1) ?? '')
  const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0)
  expect(await process.ask({ do: 'verify-in-threads', threads: 2, spanBytes: 3_000 })).toEqual({
    result: {
      bad: null,
      lines: alone.lines,
      records: alone.state.totals.records,
      hash: alone.state.hash,
      heads: { checked: 0, upToSeq: null },
      bytes,
    },
  })
})
