/**
 * Compresses a sealed file of the journal: frames of zstd that can each be read alone, and the table of them.
 *
 * The compressed file is whole, synced and read back before it gets its name, and the plain one goes last, so a crash at
 * any step leaves a journal that reads whole. Never touches a file that is still written to.
 */
import { createHash } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { constants, zstdCompressSync } from 'node:zlib'
import { ExitCode, errorText, SuiteError } from '../../runtime/errors.js'
import { syncDirectory, writeFully } from '../../runtime/files.js'
import { COMPRESSED_ENDING } from '../names.js'
import { readLines } from '../read.js'
import { type Frame, writeSeekTable } from './seek-table.js'
import { withText } from './text-file.js'

/** Text of one frame; a line that is longer stands in a frame alone. */
export const FRAME_TEXT_BYTES_MAX = 1024 * 1024

const SEALED_MODE = 0o400
const READ_BYTES = 1024 * 1024
const LF = Buffer.from('\n')
const PARAMETERS = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_checksumFlag]: 1,
}

/**
 * Puts `file`.zst in the place of the sealed `file`; done again, it ends what a crash interrupted.
 *
 * @param file A sealed file that is not compressed.
 * @returns Path of the compressed file.
 * @throws {SuiteError} `journal_file` (74) where a file cannot be read or written, or what was written reads back
 * otherwise; the plain file then stays.
 */
export function compressSealed(file: string): string {
  const target = `${file}${COMPRESSED_ENDING}`
  const aside = `${file}.new${COMPRESSED_ENDING}`
  try {
    rmSync(aside, { force: true })
    const textHash = writeFrames(file, aside)
    if (hashOfText(aside) !== textHash) throw new Error('what was written reads back otherwise')
    chmodSync(aside, SEALED_MODE)
    renameSync(aside, target)
    syncDirectory(dirname(file))
    rmSync(file)
    syncDirectory(dirname(file))
    return target
  } catch (error) {
    rmSync(aside, { force: true })
    if (error instanceof SuiteError && error.exit === ExitCode.file) throw error
    throw new SuiteError('journal_file', `cannot compress ${file}: ${errorText(error)}; it stays as it is`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
}

/** Writes the compressed form of `file` to `aside`, synced; returns the hash of the text. */
function writeFrames(file: string, aside: string): string {
  const fd = openSync(aside, 'wx', 0o600)
  try {
    const text = createHash('sha256')
    const frames: Pick<Frame, 'bytes' | 'textBytes'>[] = []
    for (const piece of frameTexts(file)) {
      text.update(piece)
      const frame = zstdCompressSync(piece, { params: PARAMETERS })
      writeFully(fd, frame)
      frames.push({ bytes: frame.length, textBytes: piece.length })
    }
    writeFully(fd, writeSeekTable(frames))
    fsyncSync(fd)
    return text.digest('hex')
  } finally {
    closeSync(fd)
  }
}

/** The text of `file` in pieces for one frame each. */
function* frameTexts(file: string): Generator<Buffer> {
  let parts: Buffer[] = []
  let bytes = 0
  for (const { line, isWhole } of readLines(file)) {
    if (bytes > 0 && bytes + line.length + LF.length > FRAME_TEXT_BYTES_MAX) {
      yield Buffer.concat(parts)
      parts = []
      bytes = 0
    }
    // The line is a view that the next one overwrites.
    parts.push(Buffer.from(line))
    if (isWhole) parts.push(LF)
    bytes += line.length + (isWhole ? LF.length : 0)
  }
  if (bytes > 0) yield Buffer.concat(parts)
}

function hashOfText(path: string): string {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  withText(path, (text) => {
    let position = 0
    for (let read = text.read(buffer, 0, 0); read > 0; read = text.read(buffer, 0, position)) {
      hash.update(buffer.subarray(0, read))
      position += read
    }
  })
  return hash.digest('hex')
}
