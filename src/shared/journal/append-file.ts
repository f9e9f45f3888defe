/**
 * The journal's open file: appends bytes and makes them durable, or takes them back.
 *
 * After a failed write or sync the descriptor is never used for data again: the kernel may have dropped dirty
 * pages and would report the next sync as good. A full disk is told apart, because it passes. A file that another
 * program moved, removed, cut or wrote to is not touched any more.
 */
import {
  close,
  constants,
  fdatasync,
  fstatSync,
  ftruncate,
  lstatSync,
  open,
  type Stats,
  write,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { ExitCode, errnoCode, errorText, SuiteError } from '../runtime/errors.js'
import { failpoint, isPlanned } from '../runtime/failpoints.js'

const openAsync = promisify(open)
const writeAsync = promisify<number, Uint8Array, { offset: number; position: number }, number>(
  (fd, bytes, place, done) => write(fd, bytes, place, (error, written) => done(error, written)),
)
const syncAsync = promisify(fdatasync)
const truncateAsync = promisify(ftruncate)
const closeAsync = promisify(close)

/** So much is copied to the system's memory sooner than a thread is woken for it; the sync has its thread always. */
const WRITE_NOW_BYTES_MAX = 64 * 1024

/** What the system says where there is no room; it passes. */
export const DISK_FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Error code of an append that failed because the disk is full; the same append may be tried again. */
export const JOURNAL_FULL = 'journal_disk_full'

export class AppendFile {
  readonly path: string
  #fd: number | null = null
  /** Which file was opened first; the name may come to mean another. */
  #opened: Stats | null = null
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
      if (this.#fd !== null) this.#checkUntouched(this.#fd)
      this.#fd ??= await this.#open()
      await failpoint('journal.before_write')
      if (isPlanned('journal.mid_write')) {
        await this.#write(this.#fd, bytes.subarray(0, bytes.length >> 1), this.#durableBytes)
        await failpoint('journal.mid_write')
      }
      await this.#write(this.#fd, bytes, this.#durableBytes)
      await failpoint('journal.after_write')
      await syncAsync(this.#fd)
      await failpoint('journal.after_sync')
      this.#durableBytes += bytes.length
    } catch (error) {
      if (error instanceof Touched) await this.close().catch(() => {})
      else await this.#takeBack()
      throw this.#failure(error)
    }
  }

  /**
   * Looks whether the file is as it was left. Must not overlap an append.
   *
   * @throws {SuiteError} `journal_file` (74) where it is not, and says what happened to it.
   */
  async check(): Promise<void> {
    try {
      this.#fd ??= await this.#open()
      this.#checkUntouched(this.#fd)
    } catch (error) {
      if (error instanceof Touched) await this.close().catch(() => {})
      throw this.#failure(error)
    }
  }

  async close(): Promise<void> {
    const fd = this.#fd
    this.#fd = null
    if (fd !== null) await closeAsync(fd)
  }

  /** The system may take less than it is given. */
  async #write(fd: number, bytes: Uint8Array, position: number): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const place = { offset, position: position + offset }
      offset +=
        bytes.length <= WRITE_NOW_BYTES_MAX
          ? writeSync(fd, bytes, offset, null, place.position)
          : await writeAsync(fd, bytes, place)
    }
  }

  /** A fresh descriptor. What is behind the durable bytes is left from an append that failed. */
  async #open(): Promise<number> {
    const fd = await openAsync(this.path, constants.O_WRONLY)
    try {
      const stats = fstatSync(fd)
      this.#opened ??= stats
      if (!isSameFile(stats, this.#opened)) throw new Touched('another file has its name now')
      if (stats.size < this.#durableBytes) throw this.#cut(stats.size)
      if (stats.size > this.#durableBytes) await truncateAsync(fd, this.#durableBytes)
      return fd
    } catch (error) {
      await closeAsync(fd)
      throw error
    }
  }

  /** Bytes that went to a file without a name, or into a hole, would be lost without a word. */
  #checkUntouched(fd: number): void {
    const stats = fstatSync(fd)
    const named = lstatSync(this.path, { throwIfNoEntry: false })
    if (!named) throw new Touched('it was moved or removed')
    if (named.isSymbolicLink()) throw new Touched('it was replaced by a symbolic link')
    if (!isSameFile(stats, named)) throw new Touched('another file has its name now')
    if (this.#opened && accessOf(stats) !== accessOf(this.#opened))
      throw new Touched(`its owner and mode were ${accessOf(this.#opened)} and are now ${accessOf(stats)}`)
    if (stats.size < this.#durableBytes) throw this.#cut(stats.size)
    if (stats.size > this.#durableBytes) throw new Touched('another program wrote to it')
  }

  #cut(size: number): Touched {
    return new Touched(`it is ${size} bytes long, shorter than the ${this.#durableBytes} bytes written to it`)
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
    if (code && DISK_FULL.has(code)) {
      return new SuiteError(JOURNAL_FULL, `${text}; free some space, the tracker goes on by itself`, {
        exit: ExitCode.file,
        cause: error,
      })
    }
    const next =
      error instanceof Touched ? 'look with `orderscope journal verify`' : 'what was journaled so far is safe'
    return new SuiteError('journal_file', `${text}; ${next}`, { exit: ExitCode.file, cause: error })
  }
}

/** Another program did something to the file. */
class Touched extends Error {}

const isSameFile = (a: Stats, b: Stats): boolean => a.ino === b.ino && a.dev === b.dev

/** Who may read and write the file, as `uid:gid 0600`. */
const accessOf = ({ uid, gid, mode }: Stats): string => `${uid}:${gid} 0${(mode & 0o7777).toString(8)}`
