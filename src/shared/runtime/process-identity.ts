/**
 * Tells whether a pid still means the process it meant when it was written down.
 *
 * Pids are reused; a pid together with its start time is not, on one boot of one host. Used by the journal's
 * lock and by `down`, which must never signal a stranger.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  pid: number
  /** Opaque; equal for the same process only. */
  started: string
  /** Empty where the system tells none. */
  boot_id: string
  /** Empty where the system has none. */
  pid_namespace: string
  host: string
}

/** Identity of this process. */
export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  started: startTime(process.pid) ?? '',
  ...machineIdentity(),
})

/** Boot, pid namespace and host of this process. */
export const machineIdentity = (): Omit<ProcessIdentity, 'pid' | 'started'> => ({
  boot_id: readOr('/proc/sys/kernel/random/boot_id'),
  pid_namespace: linkOr('/proc/self/ns/pid'),
  host: hostname(),
})

/**
 * Start time of `pid` in the system's own form, or null where no such process runs (a zombie does not).
 *
 * Linux: field 22 of /proc/PID/stat, in clock ticks since boot, counted after the last `)` because the
 * command name may hold anything. Elsewhere: `ps -o lstart=`.
 */
export function startTime(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const [state] = fields
      return state === 'Z' || state === 'X' ? null : (fields[19] ?? null)
    } catch {
      return null
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}

/** True when `pid` runs and is the process that was started at `started`. */
export const isSameProcess = (pid: number, started: string): boolean => startTime(pid) === started

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
