/**
 * Rotation: the open file is sealed under the next number, and a new one takes its place.
 *
 * The new file is whole and synced under another name before the old one is touched, and each name is durable before
 * the next step, so a crash leaves one of three states; `repairRotation` tells them apart at the next opening.
 */
import { chmodSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { failpoint } from '../runtime/failpoints.js'
import { exists, syncDirectory, writeDurably } from '../runtime/files.js'
import type { Draft } from './draft.js'
import type { DraftedFile } from './drafted-file.js'
import { checkLine, claimedHash, parseLine } from './line.js'
import { asideFile, nextSealedFile, sealedFiles } from './names.js'
import { readLines } from './read.js'
import { withText } from './sealed/text-file.js'
import { findEnd, linesBackwards } from './tail.js'

/** Nobody writes to a sealed file any more. */
const SEALED_MODE = 0o400
const WRITE_BITS = 0o222

export interface Rotation {
  /** Path of the sealed file. */
  sealed: string
  draft: Draft
  /** Length of the new open file. */
  bytes: number
}

/**
 * Seals the open file and puts the one that `draft` makes in its place. Everything in the open file must be durable.
 *
 * @throws the system's error; before the first rename nothing was changed.
 */
export function rotateFiles(eventsFile: string, draft: (previousFile: string) => DraftedFile): Rotation {
  const folder = dirname(eventsFile)
  const sealed = nextSealedFile(eventsFile)
  const next = draft(basename(sealed))
  const aside = asideFile(eventsFile)
  writeDurably(aside, next.bytes)
  syncDirectory(folder)
  failpoint('rotate.before_rename')
  renameSync(eventsFile, sealed)
  syncDirectory(folder)
  failpoint('rotate.after_seal')
  renameSync(aside, eventsFile)
  syncDirectory(folder)
  failpoint('rotate.after_rename')
  chmodSync(sealed, SEALED_MODE)
  return { sealed, draft: next.draft, bytes: next.bytes.length }
}

/** Ends a rotation that a crash interrupted, forwards where the old file has its new name already. For the writer only. */
export function repairRotation(eventsFile: string): void {
  const aside = asideFile(eventsFile)
  const last = sealedFiles(eventsFile).at(-1)
  if (exists(aside)) {
    if (exists(eventsFile)) rmSync(aside)
    else if (last !== undefined && follows(aside, last)) renameSync(aside, eventsFile)
    syncDirectory(dirname(eventsFile))
  }
  // Only the newest may have been left without its mode.
  if (last !== undefined && (statSync(last).mode & WRITE_BITS) !== 0) chmodSync(last, SEALED_MODE)
}

/** True where the first line of `file` goes on at the last line of `sealed`. */
function follows(file: string, sealed: string): boolean {
  const head = withText(sealed, (text) => linesBackwards(text, findEnd(text).wholeBytes).next().value)
  const hash = head ? claimedHash(head) : null
  const [first] = readLines(file)
  if (hash === null || !first?.isWhole || !checkLine(first.line, hash).ok) return false
  const entry = parseLine(first.line)
  return entry?.event_type === 'journal.opened' && entry.previous_file === basename(sealed)
}
