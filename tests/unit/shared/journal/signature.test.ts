import { createPublicKey, hash, verify } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CheckpointEntry } from '../../../../src/shared/contract/journal-entry.js'
import {
  checkSignature,
  createKey,
  loadPublicKey,
  loadSigner,
  publicKeyFile,
} from '../../../../src/shared/journal/signature.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { tempDir } from '../../../support/temp-dir.js'

const newKey = (): string => {
  const file = join(tempDir(), 'journal.key')
  createKey(file)
  return file
}

/** The first signed checkpoint of a new journal and the line before it, as a reader without our code sees them. */
async function signedLines(keyFile: string): Promise<{ line: string; previousHash: string }> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = await openJournal(eventsFile, { signer: loadSigner(keyFile) })
  await journal.enterCluster('A', [])
  await journal.append(records(0, 2))
  await journal.rotate()
  await journal.close()
  const [opened = '', checkpoint = ''] = readFileSync(eventsFile, 'utf8').split('\n')
  return { line: checkpoint, previousHash: JSON.parse(opened).hash }
}

test('a checkpoint is signed over scheme, seq, previous hash and the bytes of its positions', async () => {
  const keyFile = newKey()
  const { line, previousHash } = await signedLines(keyFile)
  const { seq, signature } = JSON.parse(line)
  const positions = line.slice(
    line.indexOf('"positions":') + '"positions":'.length,
    line.indexOf(',"totals":'),
  )
  const text = `orderscope-checkpoint-v1\n${seq}\n${previousHash}\n${hash('sha256', positions)}\n`
  const publicKey = createPublicKey(readFileSync(publicKeyFile(keyFile)))
  expect(verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))).toBe(true)
  expect(line).toMatch(/"signature":"[^"]+","seq":/)
})

test('a signature stands for its own checkpoint, hash and key only', async () => {
  const keyFile = newKey()
  const { line, previousHash } = await signedLines(keyFile)
  const entry = JSON.parse(line) as CheckpointEntry
  const publicKey = loadPublicKey(publicKeyFile(keyFile))
  const bad = 'has a signature that the key did not make'
  expect(checkSignature(entry, previousHash, publicKey)).toBeNull()
  expect(checkSignature(entry, '0'.repeat(64), publicKey)).toBe(bad)
  expect(checkSignature({ ...entry, seq: entry.seq + 1 }, previousHash, publicKey)).toBe(bad)
  expect(checkSignature({ ...entry, positions: [] }, previousHash, publicKey)).toBe(bad)
  expect(checkSignature(entry, previousHash, loadPublicKey(publicKeyFile(newKey())))).toBe(bad)
  const { signature, ...unsigned } = entry
  expect(signature).toBeDefined()
  expect(checkSignature(unsigned, previousHash, publicKey)).toBe('is a checkpoint without a signature')
})

test('the private key is for its owner alone, and is never replaced', () => {
  const keyFile = newKey()
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
  const before = readFileSync(keyFile)
  expect(() => createKey(keyFile)).toThrow(expect.objectContaining({ exit: 74 }))
  expect(readFileSync(keyFile).equals(before)).toBe(true)
  expect(readFileSync(publicKeyFile(keyFile), 'utf8')).toContain('PUBLIC KEY')
})

test('no key file signs nothing, and a file that holds no such key is named', () => {
  const file = join(tempDir(), 'journal.key')
  expect(existsSync(file)).toBe(false)
  expect(loadSigner(file)).toBeNull()
  writeFileSync(file, 'no key')
  expect(() => loadSigner(file)).toThrow(
    expect.objectContaining({ exit: 78, message: expect.stringContaining(file) }),
  )
})
