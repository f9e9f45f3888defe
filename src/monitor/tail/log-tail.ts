/** Follows tracker.log into a fold. */
import { lineStartFrom } from './checkpoint-search.js'
import { FileFollower, type OpenReason } from './file-follower.js'
import type { Claim } from './journal-fold.js'
import { LogFold } from './log-fold.js'
import type { OpenFile } from './part-file.js'
import type { LogRow, LogUpdate } from './protocol.js'

/** So many bytes before the end are read at opening: hours of metrics lines. */
const HISTORY_BYTES = 4 * 1024 * 1024

export class LogTail {
  readonly #follower: FileFollower
  readonly #fold: LogFold

  constructor(path: string, onClaim: (claim: Claim) => void) {
    this.#fold = new LogFold(onClaim)
    this.#follower = new FileFollower(path, {
      onOpen: (file, reason) => this.#open(file, reason),
      onLine: (line) => {
        this.#fold.take(line)
        return undefined
      },
    })
  }

  /** Looks and reads once; true while there may be more to do at once. */
  step(): boolean {
    return this.#follower.step()
  }

  close(): void {
    this.#follower.close()
  }

  get state(): LogUpdate {
    return { file: this.#follower.status, ...this.#fold.state }
  }

  /** Rows added since the last call, oldest first. */
  takeRows(): { logs: LogRow[]; errorRows: LogRow[] } {
    return this.#fold.takeRows()
  }

  #open(file: OpenFile, reason: OpenReason): number {
    // A log that was cut or changed begins again; what was read of it before remains true.
    return reason === 'first' ? lineStartFrom(file, file.sizeBytes - HISTORY_BYTES) : 0
  }
}
