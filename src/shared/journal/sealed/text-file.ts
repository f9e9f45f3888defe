/**
 * The text of a journal file, plain or compressed, at any place of it: the one way in for whoever reads.
 *
 * A compressed file is read frame by frame. Node's decoders stop without a word after the first frame, so each frame is
 * decoded by itself and must be as long as the file's table says.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { LINE_BYTES_MAX } from '../../contract/limits.js'
import { ExitCode, errnoCode, errorText, SuiteError } from '../../runtime/errors.js'
import { COMPRESSED_ENDING } from '../names.js'
import { type Frame, readSeekTable } from './seek-table.js'

/** A file that is open for reading; it stays readable when it is renamed or removed. */
export interface TextFile {
  /** Bytes of text; of the open file those there were when it was opened. */
  readonly textBytes: number
  /**
   * Fills `target` from byte `at` to its end with the text at `position`.
   *
   * @returns Bytes read; fewer than there is room for does not mean the end, 0 does.
   * @throws {SuiteError} `journal_integrity` (76) where a frame cannot be decoded to its length.
   */
  read(target: Buffer, at: number, position: number): number
  close(): void
}

/**
 * Opens a file of the journal. One that was compressed since its name was read is found under its new name.
 *
 * @throws {SuiteError} `journal_file` (74) where it cannot be opened, `journal_integrity` (76) for a compressed file
 * that is cut off or has no table.
 */
export function openText(path: string): TextFile {
  if (path.endsWith(COMPRESSED_ENDING)) return openCompressed(path)
  try {
    return new PlainText(openSync(path, 'r'))
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') {
      const compressed = openIfThere(`${path}${COMPRESSED_ENDING}`)
      if (compressed) return compressed
    }
    throw unreadable(path, error)
  }
}

/** Opens `path`, hands its text to `use` and closes it. */
export function withText<T>(path: string, use: (text: TextFile) => T): T {
  const text = openText(path)
  try {
    return use(text)
  } finally {
    text.close()
  }
}

class PlainText implements TextFile {
  readonly textBytes: number
  readonly #fd: number

  constructor(fd: number) {
    this.#fd = fd
    this.textBytes = fstatSync(fd).size
  }

  read(target: Buffer, at: number, position: number): number {
    return readSync(this.#fd, target, at, target.length - at, position)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

class CompressedText implements TextFile {
  readonly textBytes: number
  readonly #fd: number
  readonly #path: string
  readonly #frames: Frame[]
  /** The frame that was asked for last, decoded. */
  #decoded: { frame: Frame; text: Buffer } | null = null

  constructor(fd: number, path: string) {
    this.#fd = fd
    this.#path = path
    const { size } = fstatSync(fd)
    const frames = readSeekTable(size, (from, to) => readBytes(fd, from, to))
    if (!frames) throw noTable(path)
    this.#frames = frames
    const last = frames.at(-1)
    this.textBytes = last ? last.textAt + last.textBytes : 0
  }

  read(target: Buffer, at: number, position: number): number {
    const frame = this.#frameAt(position)
    if (!frame) return 0
    return this.#decode(frame).copy(target, at, position - frame.textAt)
  }

  close(): void {
    closeSync(this.#fd)
  }

  #frameAt(position: number): Frame | undefined {
    let low = 0
    let high = this.#frames.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const { textAt, textBytes } = this.#frames[middle] as Frame
      if (position < textAt + textBytes) high = middle
      else low = middle + 1
    }
    return this.#frames[low]
  }

  #decode(frame: Frame): Buffer {
    if (this.#decoded?.frame === frame) return this.#decoded.text
    const { at, bytes, textBytes } = frame
    if (textBytes > LINE_BYTES_MAX) throw this.#damaged(frame, `says that it holds ${textBytes} bytes`)
    let text: Buffer
    try {
      text = zstdDecompressSync(readBytes(this.#fd, at, at + bytes), { maxOutputLength: textBytes })
    } catch (error) {
      throw this.#damaged(frame, `cannot be decoded: ${errorText(error)}`)
    }
    if (text.length !== textBytes)
      throw this.#damaged(frame, `holds ${text.length} bytes, expected ${textBytes}`)
    this.#decoded = { frame, text }
    return text
  }

  #damaged(frame: Frame, problem: string): SuiteError {
    const number = this.#frames.indexOf(frame) + 1
    return integrity(`frame ${number} of ${this.#path} (at byte ${frame.at}) ${problem}`)
  }
}

function openCompressed(path: string): TextFile {
  try {
    return compressedText(openSync(path, 'r'), path)
  } catch (error) {
    throw unreadable(path, error)
  }
}

function openIfThere(path: string): TextFile | null {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return null
  }
  return compressedText(fd, path)
}

function compressedText(fd: number, path: string): TextFile {
  try {
    return new CompressedText(fd, path)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function readBytes(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from)
  let filled = 0
  while (filled < bytes.length) {
    const read = readSync(fd, bytes, filled, bytes.length - filled, from + filled)
    if (read === 0) return bytes.subarray(0, filled)
    filled += read
  }
  return bytes
}

const integrity = (message: string): SuiteError =>
  new SuiteError('journal_integrity', message, { exit: ExitCode.journalIntegrity })

const noTable = (path: string): SuiteError =>
  integrity(
    `${path} does not end in a table of its frames: it is cut off, or was compressed by another program; put it back from a copy, or decompress it with \`zstd -d\``,
  )

const unreadable = (path: string, error: unknown): unknown =>
  error instanceof SuiteError
    ? error
    : new SuiteError('journal_file', `cannot read ${path}: ${errorText(error)}`, {
        exit: ExitCode.file,
        cause: error,
      })
