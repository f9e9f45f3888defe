/**
 * Goal: a journal that was cut off or written anew as a whole is found against heads that were kept elsewhere, and
 * against the key that signed its checkpoints.
 */
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles } from '../../../../src/shared/journal/names.js'
import { createKey, loadPublicKey, loadSigner } from '../../../../src/shared/journal/signature.js'
import { type VerifyOptions, verifyFiles } from '../../../../src/shared/journal/verify.js'
import type { Head } from '../../../../src/shared/journal/witness.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { resealed } from '../../../support/journal-mutants.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { readJournal } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

/** Lines 1 to 7 (opened, checkpoint, four records, closed) in a sealed file, the rest in the open one. */
async function journal(keyFile: string | null = null): Promise<{ files: string[]; heads: Head[] }> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const signer = keyFile === null ? null : loadSigner(keyFile)
  const writer = await openJournal(eventsFile, { signer })
  await writer.enterCluster('A', [])
  await writer.append(records(0, 3))
  await writer.rotate()
  await writer.append(records(4, 9))
  await writer.close()
  const files = journalFiles(eventsFile)
  const heads = readJournal(eventsFile).map(({ seq, hash }) => ({ seq: seq ?? 0, hash: hash ?? '' }))
  return { files, heads }
}

const linesOf = (file: string): Buffer[] =>
  readFileSync(file, 'latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'latin1'))

/** Seals a file of one chain again from the line that holds a payload with `espresso`. */
function rewrite(file: string): number {
  const lines = linesOf(file)
  const at = lines.findIndex((line) => line.includes('espresso'))
  const body = lines[at]?.subarray(0, -75).toString('utf8').replaceAll('espresso', 'expresso') ?? ''
  chmodSync(file, 0o600)
  writeFileSync(file, resealed(lines, at, Buffer.from(body)))
  return at + 1
}

const problemOf = (files: string[], options: VerifyOptions): [number, string] | null => {
  const { bad } = verifyFiles(files, options)
  return bad && [bad.line, bad.problem]
}

test('heads that are in the journal are counted, in any order and however often they were kept', async () => {
  const { files, heads } = await journal()
  const kept = [heads[9], heads[2], heads[9]].flatMap((head) => head ?? [])
  expect(verifyFiles(files, { heads: kept })).toMatchObject({
    bad: null,
    heads: { checked: 2, upToSeq: 10 },
  })
  expect(verifyFiles(files).heads).toEqual({ checked: 0, upToSeq: null })
})

test('a line with another hash than was anchored is named, and after which anchored head it was rewritten', async () => {
  const { files, heads } = await journal()
  const [sealed = ''] = files
  const line = rewrite(sealed)
  const other = heads[line]
  expect(problemOf([sealed], {})).toBeNull()
  expect(problemOf([sealed], { heads: heads.slice(0, line + 1) })).toEqual([
    line,
    `was anchored with hash ${heads[line - 1]?.hash}: the journal was rewritten after anchored seq ${line - 1}`,
  ])
  expect(problemOf([sealed], { heads: other ? [other] : [] })).toEqual([
    line + 1,
    `was anchored with hash ${other?.hash}: the journal was rewritten before the first anchored seq`,
  ])
})

test('a journal that ends before an anchored seq was cut off', async () => {
  const { files, heads } = await journal()
  const [sealed = '', open = ''] = files
  const lines = linesOf(open)
  writeFileSync(open, `${lines.slice(0, 3).join('\n')}\n`)
  const end = heads.length - lines.length + 3
  expect(problemOf(files, {})).toBeNull()
  expect(problemOf(files, { heads: [...heads.slice(2, 4), ...heads.slice(-1)] })).toEqual([
    3,
    `ends the journal at seq ${end}, but seq ${heads.length} was anchored: cut off after anchored seq 4`,
  ])
  expect(verifyFiles([sealed], { heads: heads.slice(-1) }).bad).toMatchObject({
    file: sealed,
    problem: expect.stringMatching(/cut off before the first anchored seq$/),
  })
})

test('where earlier files are absent, heads in them are left out and the joint is compared', async () => {
  const { files, heads } = await journal()
  const [sealed = '', open = ''] = files
  const ends = linesOf(sealed).length
  expect(verifyFiles([open], { heads: heads.slice(0, ends) })).toMatchObject({
    bad: null,
    heads: { checked: 1, upToSeq: ends },
  })
  const changed = { seq: ends, hash: 'f'.repeat(64) }
  expect(problemOf([open], { heads: [changed] })).toEqual([
    1,
    `follows seq ${ends}, which was anchored with hash ${changed.hash}: the journal was rewritten before the first anchored seq`,
  ])
})

test('with a key, the checkpoints it signed verify and are counted', async () => {
  const keyFile = join(tempDir(), 'journal.key')
  createKey(keyFile)
  const { files } = await journal(keyFile)
  const publicKey = loadPublicKey(`${keyFile}.pub`)
  const { bad, signatures } = verifyFiles(files, { publicKey })
  expect(bad).toBeNull()
  expect(signatures.checked).toBeGreaterThan(1)
  expect(verifyFiles(files).signatures).toEqual({ checked: 0, upToSeq: null })
})

test('who has no key cannot write the journal anew: the next signature does not fit', async () => {
  const dir = tempDir()
  const keyFile = join(dir, 'journal.key')
  createKey(keyFile)
  const publicKey = loadPublicKey(`${keyFile}.pub`)
  const eventsFile = join(dir, 'tracker.events')
  const clock = new FakeClock()
  const writer = await openJournal(eventsFile, { signer: loadSigner(keyFile), clock })
  await writer.append(records(0, 3))
  clock.advance(60_000)
  await writer.checkpointIfDue()
  await writer.close()
  const other = generateKeyPairSync('ed25519').publicKey
  expect(problemOf([eventsFile], { publicKey: other })?.[0]).toBe(2)
  const checkpoint = linesOf(eventsFile).findLastIndex((line) => line.includes('"journal.checkpoint"'))
  expect(rewrite(eventsFile)).toBeLessThan(checkpoint)
  expect(problemOf([eventsFile], {})).toBeNull()
  expect(problemOf([eventsFile], { publicKey })).toEqual([
    checkpoint + 1,
    'has a signature that the key did not make',
  ])
})

test('after the first signed checkpoint none may be without; a journal without any is no signed journal', async () => {
  const keyFile = join(tempDir(), 'journal.key')
  createKey(keyFile)
  const publicKey = loadPublicKey(`${keyFile}.pub`)
  const eventsFile = join(tempDir(), 'tracker.events')
  const unsigned = await openJournal(eventsFile)
  await unsigned.close()
  const ends = readJournal(eventsFile).length
  expect(problemOf([eventsFile], { publicKey })).toEqual([
    ends,
    'ends a journal without a signed checkpoint; a key was given',
  ])
  const signed = await openJournal(eventsFile, { signer: loadSigner(keyFile) })
  await signed.rotate()
  await signed.close()
  expect(problemOf(journalFiles(eventsFile), { publicKey })).toBeNull()
  const careless = await openJournal(eventsFile)
  await careless.rotate()
  await careless.close()
  expect(problemOf(journalFiles(eventsFile), { publicKey })).toEqual([
    2,
    'is a checkpoint without a signature',
  ])
})
