/** Small disks for tests: a file system in memory that only one program and its children see. */
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.js'

/**
 * Arguments that run the ones behind them where a disk of `size` is mounted at `folder`, for them alone.
 *
 * @param size As mount takes it, for example `1m`.
 */
export const onDisk = (size: string, folder: string): string[] => [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-c',
  `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`,
  folder,
]

export interface SmallDisk {
  /** Where programs that run behind {@link SmallDisk.wrapper} see it. */
  folder: string
  /** The same place as this process sees it. */
  outside: string
  wrapper: string[]
  /** Leaves no byte free. */
  fill(): void
  /** Takes away what filled it. */
  free(): void
}

/** A disk of `size` that outlives the programs on it, until the test is over; call it inside a test. */
export async function smallDisk(size: string, folder: string): Promise<SmallDisk> {
  const [command = '', ...args] = onDisk(size, folder)
  const mark = join(folder, 'mounted')
  const holder = execa(command, [...args, 'sh', '-c', 'touch "$0" && exec sleep 900', mark], {
    reject: false,
  })
  onTestFinished(async () => {
    holder.kill('SIGKILL')
    await holder
  })
  const outside = join(`/proc/${holder.pid}/root`, folder)
  await eventually(() => existsSync(join(outside, 'mounted')), { message: 'the disk is mounted' })
  const ballast = join(outside, 'ballast')
  return {
    folder,
    outside,
    wrapper: ['nsenter', `--target=${holder.pid}`, '--user', '--mount', '--preserve-credentials'],
    fill: () => fillDisk(ballast),
    free: () => rmSync(ballast),
  }
}

/** Writes until there is no room at all. */
function fillDisk(file: string): void {
  const fd = openSync(file, 'w')
  for (let piece = 65_536; piece >= 1; piece = Math.floor(piece / 2)) {
    try {
      for (;;) {
        writeSync(fd, Buffer.alloc(piece))
        fsyncSync(fd)
      }
    } catch {}
  }
  closeSync(fd)
}

function tryToMount(): boolean {
  try {
    const [command = '', ...args] = onDisk('1m', '/mnt')
    execFileSync(command, [...args, 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** False where the system does not let this user mount anything. */
export const canMount = tryToMount()
