/**
 * Random access to the text of one file of the journal, sealed or open.
 *
 * What searches for checkpoints, pages backwards or reads on from a place works on this alone, so it does not care
 * how the file is stored.
 */
import { readSync } from 'node:fs'
import { openText } from '../../shared/journal/sealed/text-file.js'
import { readRange } from '../../shared/journal/tail.js'
import { readJournalEntry } from './entry-reader.js'

/** A file to look around in. */
export interface OpenFile {
  /** Bytes of text. */
  sizeBytes: number
  /** Reads up to `length` bytes at `position`; fewer only at the end of the file. */
  readAt(position: number, length: number): Buffer
}

export interface PartFile extends OpenFile {
  /** Fills `target` from `position` on; answers as much of it as there is. */
  readInto(target: Buffer, position: number): Buffer
  close(): void
}

const LF = 0x0a
/** Every first line of a file is a `journal.opened`; one that is longer is none of ours. */
const FIRST_LINE_BYTES_MAX = 64 * 1024
/** The last line feed is looked for in steps of this; nearly always one will do. */
const END_BYTES = 64 * 1024

/**
 * Opens a sealed file, plain or compressed; it stays readable when it is renamed or removed.
 *
 * @throws {SuiteError} `journal_file` (74), `journal_integrity` (76) for a compressed file that is damaged.
 */
export function openPart(path: string): PartFile {
  const text = openText(path)
  return {
    sizeBytes: text.textBytes,
    readAt: (position, length) => readRange(text, position, position + length),
    readInto: (target, position) => {
      let filled = 0
      for (let read = 1; read > 0 && filled < target.length; filled += read) {
        read = text.read(target, filled, position + filled)
      }
      return target.subarray(0, filled)
    },
    close: () => text.close(),
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

/** Offset after the last line feed: what comes after it is not written to its end yet. */
export function wholeEnd(file: OpenFile): number {
  for (let end = file.sizeBytes; end > 0; end -= END_BYTES) {
    const from = Math.max(0, end - END_BYTES)
    const at = file.readAt(from, end - from).lastIndexOf(LF)
    if (at !== -1) return from + at + 1
  }
  return 0
}
