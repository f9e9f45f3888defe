/**
 * The journal as one text: its files in their order, read forwards or backwards from any place.
 *
 * Made for one question and closed after it, so rotation, compression and removal between two questions do no harm.
 */
import type { JournalEntry } from '../../shared/contract/journal-entry.js'
import { errnoCode, SuiteError } from '../../shared/runtime/errors.js'
import { LineReader, readJournalEntry } from '../tail/entry-reader.js'
import { LineSplitter } from '../tail/line-splitter.js'
import { firstSeqOf, openPart, type PartFile, wholeEnd } from '../tail/part-file.js'
import type { LinePlace } from '../tail/protocol.js'
import type { SealedParts } from '../tail/sealed-parts.js'

const READ_BYTES = 256 * 1024
const LF = 0x0a

/** One for all: it keeps nothing that an entry needs. */
const lines = new LineReader(null)

export interface TextPart {
  path: string
  /** `seq` of its first line. */
  firstSeq: number
}

export interface TextPlace {
  /** Index into the parts. */
  part: number
  /** Byte of its text, the start of a line. */
  offset: number
}

export interface TextEntry {
  entry: JournalEntry
  /** The line without its end. */
  bytes: Buffer
  at: LinePlace
  /** Where the next line begins. */
  next: TextPlace
}

export class JournalText {
  /** Oldest first, the open file last. */
  readonly parts: readonly TextPart[]
  readonly #files = new Map<number, PartFile>()

  /** Files that cannot be opened, or do not begin with an entry, are left out. */
  constructor(eventsFile: string, sealed: SealedParts) {
    sealed.refresh()
    const parts: TextPart[] = sealed.list.map(({ path, firstSeq }) => ({ path, firstSeq }))
    const open = openIfAny(eventsFile)
    const firstSeq = open ? firstSeqOf(open) : null
    if (open && firstSeq !== null && firstSeq > (parts.at(-1)?.firstSeq ?? 0)) {
      this.#files.set(parts.length, open)
      parts.push({ path: eventsFile, firstSeq })
    } else open?.close()
    this.parts = parts
  }

  /** Index of the part that begins with this line; -1 where there is none. */
  indexOf(firstSeq: number): number {
    return this.parts.findIndex((part) => part.firstSeq === firstSeq)
  }

  /** @throws {SuiteError} as {@link openPart}. */
  file(part: number): PartFile {
    const known = this.#files.get(part)
    if (known) return known
    const file = openPart((this.parts[part] as TextPart).path)
    this.#files.set(part, file)
    return file
  }

  /**
   * Entries from a place on to the end of the journal, each valid until the next one; lines that are none are passed over.
   */
  *entries({ part, offset }: TextPlace): Generator<TextEntry> {
    for (let index = part; index < this.parts.length; index += 1) {
      const file = this.file(index)
      const { firstSeq } = this.parts[index] as TextPart
      const splitter = new LineSplitter(index === part ? offset : 0)
      let bytes: Buffer
      do {
        bytes = file.readAt(splitter.offset, READ_BYTES)
        for (const line of splitter.push(bytes)) {
          const entry = line.isOversized ? null : lines.read(line.bytes)
          if (!entry) continue
          const at = { fileFirstSeq: firstSeq, offset: line.start }
          yield { entry, bytes: line.bytes, at, next: { part: index, offset: line.end } }
        }
      } while (bytes.length === READ_BYTES)
    }
  }

  /** Entries before a place, the newest first. */
  *entriesBefore({ part, offset }: TextPlace): Generator<TextEntry> {
    for (let index = part; index >= 0; index -= 1) {
      const file = this.file(index)
      yield* this.#backwards(file, index, index === part ? offset : wholeEnd(file))
    }
  }

  close(): void {
    for (const file of this.#files.values()) file.close()
    this.#files.clear()
  }

  *#backwards(file: PartFile, part: number, before: number): Generator<TextEntry> {
    const { firstSeq } = this.parts[part] as TextPart
    let windowBytes = READ_BYTES
    for (let end = before; end > 0; ) {
      const from = Math.max(0, end - windowBytes)
      const bytes = file.readAt(from, end - from)
      const start = from === 0 ? 0 : bytes.indexOf(LF) + 1
      // A line longer than the window, or one that just fits: nothing whole but its end is known.
      if (from > 0 && (start === 0 || start === bytes.length)) {
        windowBytes *= 2
        continue
      }
      for (let lineEnd = bytes.length - 1; lineEnd >= start; ) {
        const lineStart = lineEnd === 0 ? 0 : bytes.lastIndexOf(LF, lineEnd - 1) + 1
        const line = bytes.subarray(lineStart, lineEnd)
        const entry = readJournalEntry(line)
        const at = { fileFirstSeq: firstSeq, offset: from + lineStart }
        if (entry) yield { entry, bytes: line, at, next: { part, offset: from + lineEnd + 1 } }
        lineEnd = lineStart - 1
      }
      end = from + start
      windowBytes = READ_BYTES
    }
  }
}

function openIfAny(path: string): PartFile | null {
  try {
    return openPart(path)
  } catch (error) {
    if (error instanceof SuiteError || errnoCode(error) !== undefined) return null
    throw error
  }
}
