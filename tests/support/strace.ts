/** Runs programs under strace: to learn which system calls they make on some files, and to make one of them fail. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** False where the system has no strace, or does not let this user trace. */
export const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

export interface Trace {
  /** Paths as the program names them; calls on anything else are neither seen nor counted. */
  paths: string[]
  /** Where the calls are written. */
  output: string
  /** For example `fdatasync:error=EIO:when=2`: the second of each thread. */
  inject?: string
}

/** Arguments that run the ones behind them; with one thread for files, so that a count means the same each time. */
export const traced = ({ paths, output, inject }: Trace): string[] => [
  'strace',
  '--follow-forks',
  '-qq',
  `--output=${output}`,
  ...paths.map((path) => `--trace-path=${path}`),
  ...(inject === undefined ? [] : [`--inject=${inject}`]),
  'env',
  'UV_THREADPOOL_SIZE=1',
]

/** What each call can be made to fail as: name and how many there were in the thread that made most of them. */
export function callsIn(output: string): Map<string, number> {
  const perThread = new Map<string, number>()
  const most = new Map<string, number>()
  for (const line of readFileSync(output, 'utf8').split('\n')) {
    const [, thread, call = ''] = /^(\d+) +([a-z_0-9]+)\(/.exec(line) ?? []
    // The program itself is not started from one of its files.
    if (thread === undefined || call === 'execve') continue
    const count = (perThread.get(`${thread} ${call}`) ?? 0) + 1
    perThread.set(`${thread} ${call}`, count)
    most.set(call, Math.max(most.get(call) ?? 0, count))
  }
  return most
}
