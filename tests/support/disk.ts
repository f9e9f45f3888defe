/** Small disks for tests: a file system in memory that only one program and its children see. */
import { execFileSync } from 'node:child_process'

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
