/**
 * Signs checkpoints with an Ed25519 key and checks the signatures: who has no key cannot write a journal anew.
 *
 * Proves that the holder of the key wrote what stands before a checkpoint. It does not stop the holder of the key
 * from writing it anew, and a key beside the journal has the journal's owner for a holder: see `anchor.ts`.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { CheckpointEntry, Position } from '../contract/journal-entry.js'
import { ExitCode, errorText, SuiteError } from '../runtime/errors.js'
import { createFile, readTextIfAny } from '../runtime/files.js'

const SCHEME = 'orderscope-checkpoint-v1'

/** What of a checkpoint is signed; the hash before it stands for everything before it. */
export interface Signed {
  seq: number
  /** Hash of the line before the checkpoint. */
  previousHash: string
  positions: Position[]
}

/** Signs one checkpoint; base64 of 64 bytes. */
export type CheckpointSigner = (checkpoint: Signed) => string

/** The public key's file beside a private one. */
export const publicKeyFile = (keyFile: string): string => `${keyFile}.pub`

/**
 * Makes a key: `keyFile` with the private part (PEM, mode 0600), `keyFile`.pub with the public one.
 *
 * @throws {SuiteError} exit 74 where a file cannot be made; one that is there is never replaced.
 */
export function createKey(keyFile: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  try {
    createFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600)
    createFile(publicKeyFile(keyFile), publicKey.export({ type: 'spki', format: 'pem' }).toString(), 0o644)
  } catch (error) {
    throw new SuiteError('key_file', `cannot make the key: ${errorText(error)}`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
}

/**
 * The signer of a private key, or null where there is no such file.
 *
 * @throws {SuiteError} `configuration` (78) where the file holds no Ed25519 key.
 */
export function loadSigner(keyFile: string): CheckpointSigner | null {
  const pem = readTextIfAny(keyFile)
  if (pem === null) return null
  const key = ed25519(keyFile, () => createPrivateKey(pem))
  return (checkpoint) => sign(null, signedBytes(checkpoint), key).toString('base64')
}

/** @throws {SuiteError} `configuration` (78) where the file is missing or holds no Ed25519 key. */
export const loadPublicKey = (file: string): KeyObject =>
  ed25519(file, () => createPublicKey(readFileSync(file)))

/** What is wrong with a checkpoint's signature, or null. Reads on after "line N". */
export function checkSignature(
  { seq, positions, signature }: CheckpointEntry,
  previousHash: string,
  publicKey: KeyObject,
): string | null {
  if (signature === undefined) return 'is a checkpoint without a signature'
  const bytes = signedBytes({ seq, previousHash, positions })
  const isGood = verify(null, bytes, publicKey, Buffer.from(signature, 'base64'))
  return isGood ? null : 'has a signature that the key did not make'
}

const signedBytes = ({ seq, previousHash, positions }: Signed): Buffer =>
  Buffer.from(`${SCHEME}\n${seq}\n${previousHash}\n${hash('sha256', JSON.stringify(positions), 'hex')}\n`)

function ed25519(file: string, read: () => KeyObject): KeyObject {
  try {
    const key = read()
    if (key.asymmetricKeyType === 'ed25519') return key
    throw new Error(`it holds a key of type ${key.asymmetricKeyType}, not ed25519`)
  } catch (error) {
    throw new SuiteError(
      'configuration',
      `cannot use the journal key ${file}: ${errorText(error)}; \`orderscope journal keygen\` makes one`,
      { exit: ExitCode.configuration, cause: error },
    )
  }
}
