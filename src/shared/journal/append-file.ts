/**
 * The journal's open file: appends bytes and makes them durable, or takes them back.
 *
 * After a failed write or sync the descriptor is never used for data again: the kernel may have dropped dirty
 * pages and would report the next sync as good. A full disk is told apart, because it passes.
 */
import { close, constants, fdatasync, fstat, ftruncate, open, write } from 'node:fs'
import { promisify } from 'node:util'
import { ExitCode, errnoCode, errorText, SuiteError } from '../runtime/errors.js'

const openAsync = promisify(open)
const writeAsync = promisify<number, Uint8Array, number, number, number, number>(
  (fd, bytes, from, length, position, done) =>
    write(fd, bytes, from, length, position, (error, written) => done(error, written)),
)
const syncAsync = promisify(fdatasync)
const truncateAsync = promisify(ftruncate)
const statAsync = promisify(fstat)
const closeAsync = promisify(close)

const FULL_DISK = new Set(['ENOSPC', 'EDQUOT'])

/** Error code of an append that failed because the disk is full; the same append may be tried again. */
export const JOURNAL_FULL = 'journal_disk_full'

export class AppendFile {
  readonly path: string
  #fd: number | null = null
  /** Bytes known to be on the disk. */
  #durableBytes: number

  /** @param durableBytes Length of the file, all of it durable. */
  constructor(path: string, durableBytes: number) {
    this.path = path
    this.#durableBytes = durableBytes
  }

  get durableBytes(): number {
    return this.#durableBytes
  }

  /**
   * Appends `bytes` and returns when they are durable. Calls must not overlap.
   *
   * @throws {SuiteError} `journal_disk_full` (try again later), or `journal_file` with exit 74 on any other failure.
   */
  async append(bytes: Uint8Array): Promise<void> {
    try {
      this.#fd ??= await this.#open()
      let written = 0
      while (written < bytes.length) {
        const at = this.#durableBytes + written
        written += await writeAsync(this.#fd, bytes, written, bytes.length - written, at)
      }
      await syncAsync(this.#fd)
      this.#durableBytes += bytes.length
    } catch (error) {
      await this.#takeBack()
      throw this.#failure(error)
    }
  }

  async close(): Promise<void> {
    const fd = this.#fd
    this.#fd = null
    if (fd !== null) await closeAsync(fd)
  }

  /** A fresh descriptor, for a file that still is as long as what is durable. */
  async #open(): Promise<number> {
    const fd = await openAsync(this.path, constants.O_WRONLY)
    const { size } = await statAsync(fd)
    if (size > this.#durableBytes) await truncateAsync(fd, this.#durableBytes)
    if (size >= this.#durableBytes) return fd
    await closeAsync(fd)
    throw new Error(
      `the file is ${size} bytes long, shorter than the ${this.#durableBytes} bytes written to it`,
    )
  }

  /** Cuts off what the failed append left, where that is possible; recovery does it otherwise. */
  async #takeBack(): Promise<void> {
    if (this.#fd === null) return
    await truncateAsync(this.#fd, this.#durableBytes).catch(() => {})
    await this.close().catch(() => {})
  }

  #failure(error: unknown): SuiteError {
    const code = errnoCode(error)
    const text = `cannot write the journal ${this.path}: ${errorText(error)}`
    if (code && FULL_DISK.has(code)) {
      return new SuiteError(JOURNAL_FULL, `${text}; free some space, the tracker goes on by itself`, {
        exit: ExitCode.file,
        cause: error,
      })
    }
    return new SuiteError('journal_file', `${text}; what was journaled so far is safe`, {
      exit: ExitCode.file,
      cause: error,
    })
  }
}
