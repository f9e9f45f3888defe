/** Writes lines of the journal, as they stand there, to a file of their own. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { journalFiles } from '../../shared/journal/names.js'
import { errnoCode } from '../../shared/runtime/errors.js'
import type { Mask } from '../masking/mask.js'
import { firstSeqOf, openPart, type PartFile } from '../tail/part-file.js'
import type { LinePlace } from '../tail/protocol.js'
import { lineAt } from './entry-detail.js'

export interface SavedLines {
  eventsFile: string
  /** In the order in which they are to be written. */
  places: readonly LinePlace[]
  /** Must not exist yet; readable for its owner alone. */
  path: string
}

/** @returns What was done or why not, as a sentence without a full stop. */
export function saveLines({ eventsFile, places, path }: SavedLines, mask: Mask | null): string {
  let fd: number
  try {
    fd = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (errnoCode(error) === 'EEXIST') return `${path} exists already; nothing is written over`
    return `cannot write ${path}: ${(error as Error).message}`
  }
  try {
    const written = writeLines(fd, linesAt(eventsFile, places), mask)
    fsyncSync(fd)
    const gone = places.length - written
    return `saved ${written} lines to ${path}${gone > 0 ? `; ${gone} are no longer in the journal` : ''}`
  } catch (error) {
    // Half of what was asked for would be taken for all of it.
    rmSync(path, { force: true })
    return `cannot write ${path}: ${(error as Error).message}`
  } finally {
    closeSync(fd)
  }
}

function writeLines(fd: number, lines: Iterable<Buffer>, mask: Mask | null): number {
  let written = 0
  for (const line of lines) {
    const bytes = Buffer.from(`${mask ? mask.line(line) : line.toString()}\n`)
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
    written += 1
  }
  return written
}

function* linesAt(eventsFile: string, places: readonly LinePlace[]): Generator<Buffer> {
  const parts = new Map<number, PartFile>()
  try {
    for (const path of journalFiles(eventsFile)) {
      const part = openPart(path)
      const firstSeq = firstSeqOf(part)
      if (firstSeq === null) part.close()
      else parts.set(firstSeq, part)
    }
    for (const { fileFirstSeq, offset } of places) {
      const part = parts.get(fileFirstSeq)
      const line = part ? lineAt(part, offset) : null
      if (line) yield line
    }
  } finally {
    for (const part of parts.values()) part.close()
  }
}
