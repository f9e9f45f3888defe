/**
 * The file behind a log: whole lines, in order, each in the file when the call returns.
 *
 * A line that cannot be written is held and tried again with the next one, up to a bound; what passes it is dropped
 * and counted. Never throws once it is open.
 */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const HELD_BYTES_MAX = 1024 * 1024

export class LogFile {
  readonly #path: string
  #fd: number
  /** Not written yet; the first one may be the rest of a line. */
  #held: Buffer[] = []
  #heldBytes = 0
  #isInsideLine = false
  #droppedTotal = 0

  /**
   * @param path Made with mode 0640, its folder too where that is missing.
   * @throws the system's error when it cannot be opened.
   */
  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    this.#fd = openForAppending(path)
  }

  /** Lines that were lost. */
  get droppedTotal(): number {
    return this.#droppedTotal
  }

  /** True while lines wait to be written. */
  get isBehind(): boolean {
    return this.#held.length > 0
  }

  /** @param line With its line feed. */
  write(line: string): void {
    const bytes = Buffer.from(line)
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    try {
      this.#writeHeld()
    } catch {
      while (this.#heldBytes > HELD_BYTES_MAX && this.#held.length > 1) this.#drop(this.#held.pop())
    }
  }

  /**
   * Goes on in the file that now has the name; for rotation by rename.
   *
   * @throws the system's error when that cannot be opened; lines go on to the old one then.
   */
  reopen(): void {
    const fd = openForAppending(this.#path)
    // The rest of a line makes no sense in another file.
    if (this.#isInsideLine) this.#drop(this.#held.shift())
    this.#isInsideLine = false
    closeSync(this.#fd)
    this.#fd = fd
  }

  #writeHeld(): void {
    for (let first = this.#held[0]; first; first = this.#held[0]) {
      const written = writeSync(this.#fd, first)
      this.#heldBytes -= written
      this.#isInsideLine = written < first.length
      if (this.#isInsideLine) this.#held[0] = first.subarray(written)
      else this.#held.shift()
    }
  }

  #drop(line: Buffer | undefined): void {
    this.#heldBytes -= line?.length ?? 0
    this.#droppedTotal += 1
  }
}

const openForAppending = (path: string): number => openSync(path, 'a', 0o640)
