/**
 * Runs a program to its end and says what it cost: time on the wall, time on processors with that of all its threads
 * and children, and the largest memory it ever had.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

export interface Program {
  command: string
  args: string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** A file descriptor, where the output is too much to keep; `stdout` of the run is empty then. */
  stdout?: number
}

export interface MeasuredRun {
  stdout: string
  stderr: string
  wallMs: number
  /** User and system time. */
  cpuMs: number
  /** Peak of the resident set; null where the system does not tell. */
  peakBytes: number | null
}

const PEAK_EVERY_MS = 25
/** Node does not tell what a child has used; a shell does, in seconds of user and system time. */
const SCRIPT = '"$@"; code=$?; times >&3; exit $code'

/** Starts the program in a process group of its own, so that ending the group ends it whole. */
export function startMeasured({ command, args, cwd, env, stdout = 0 }: Program): {
  child: ChildProcess
  ended: Promise<MeasuredRun>
} {
  const startedAt = performance.now()
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', command, ...args], {
    cwd,
    env,
    stdio: ['ignore', stdout === 0 ? 'pipe' : stdout, 'pipe', 'pipe'],
    detached: true,
  })
  return { child, ended: measure(child, startedAt, [command, ...args].join(' ')) }
}

async function measure(child: ChildProcess, startedAt: number, line: string): Promise<MeasuredRun> {
  const closed = once(child, 'close')
  let peakBytes: number | null = null
  const look = (): void => {
    const program = firstChild(child.pid ?? 0)
    const seen = program === null ? null : peakMemory(program)
    if (seen !== null) peakBytes = Math.max(peakBytes ?? 0, seen)
  }
  const timer = setInterval(look, PEAK_EVERY_MS)
  try {
    const streams = [child.stdout, child.stderr, child.stdio[3]].map((stream) =>
      stream ? text(stream as Readable) : '',
    )
    const [code, signal] = (await closed) as [number | null, string | null]
    const wallMs = performance.now() - startedAt
    const [stdout = '', stderr = '', times = ''] = await Promise.all(streams)
    if (code !== 0) throw new Error(`${line} ended with ${code ?? signal}:\n${stdout}\n${stderr}`)
    return { stdout, stderr, wallMs, cpuMs: childrenMs(times), peakBytes }
  } finally {
    clearInterval(timer)
  }
}

/** The second line of `times` is about the children: `0m1.230000s 0m0.100000s`. */
function childrenMs(times: string): number {
  const [, children = ''] = times.trim().split('\n')
  const spent = [...children.matchAll(/(\d+)m([\d.,]+)s/g)]
  if (spent.length !== 2) throw new Error(`the shell's times are "${times}"`)
  return spent.reduce((sum, [, minutes, seconds]) => {
    return sum + (Number(minutes) * 60 + Number(seconds?.replace(',', '.'))) * 1_000
  }, 0)
}

function firstChild(pid: number): number | null {
  const children = readOrNull(`/proc/${pid}/task/${pid}/children`)?.trim()
  return children ? Number.parseInt(children, 10) : null
}

/** Largest resident set of a process that runs so far, in bytes; null where the system does not tell. */
export const peakMemory = (pid: number): number | null => statusBytes(pid, 'VmHWM')

/** Resident set of a process that runs, in bytes; null where the system does not tell. */
export const currentMemory = (pid: number): number | null => statusBytes(pid, 'VmRSS')

function statusBytes(pid: number, field: 'VmHWM' | 'VmRSS'): number | null {
  const [, kib] =
    new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readOrNull(`/proc/${pid}/status`) ?? '') ?? []
  return kib === undefined ? null : Number(kib) * 1_024
}

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS = 100

/** Processor time of a running process so far, in milliseconds. Linux only. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // User and system time are fields 14 and 15; the second field may hold anything, brackets too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
