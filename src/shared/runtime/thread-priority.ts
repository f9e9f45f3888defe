/** Priority of single threads, so that long work in the background holds up nothing that somebody waits for. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'

/** A third of what others get: work that nobody looks at gives way, and goes on where others never rest. */
const NICENESS = 5

/** Gives the processor to other threads first, from now on; where the system knows no such thing nothing changes. */
export function giveWay(): void {
  try {
    // Linux has priorities by thread; the link leads to `PID/task/TID` of the thread that reads it.
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, NICENESS)
  } catch {
    // Everything is done all the same, only not as politely.
  }
}
