/**
 * Random access to the text of one file of the journal, sealed or open.
 *
 * What searches for checkpoints, pages backwards or reads on from a place works on this alone, so it does not care
 * how the file is stored.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readJournalEntry } from './entry-reader.js'

/** A file to look around in. */
export interface OpenFile {
  /** Bytes of text. */
  sizeBytes: number
  /** Reads up to `length` bytes at `position`; fewer only at the end of the file. */
  readAt(position: number, length: number): Buffer
}

export interface PartFile extends OpenFile {
  close(): void
}

const LF = 0x0a
/** Every first line of a file is a `journal.opened`; one that is longer is none of ours. */
const FIRST_LINE_BYTES_MAX = 64 * 1024

/** Opens a sealed file; it stays readable when it is renamed or removed. */
export function openPart(path: string): PartFile {
  const fd = openSync(path, 'r')
  return {
    sizeBytes: fstatSync(fd).size,
    readAt: (position, length) => readAt(fd, position, length),
    close: () => closeSync(fd),
  }
}

/** Reads up to `length` bytes at `position`, however many calls it takes. */
export function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const count = readSync(fd, bytes, read, length - read, position + read)
    if (count === 0) break
    read += count
  }
  return bytes.subarray(0, read)
}

/** `seq` of the first line, or null where there is no whole first line that is an entry. */
export function firstSeqOf(file: OpenFile): number | null {
  const head = file.readAt(0, Math.min(FIRST_LINE_BYTES_MAX, file.sizeBytes))
  const end = head.indexOf(LF)
  return end === -1 ? null : (readJournalEntry(head.subarray(0, end))?.seq ?? null)
}
