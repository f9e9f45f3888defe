/**
 * Rings when one of the watched files may have changed. It may ring for nothing and may miss a change, so a slow
 * poll rings as well; what really happened is found by reading.
 */
import { basename, dirname } from 'node:path'
import { watch } from 'chokidar'

/** Longest time that a change stays unseen where the system tells nothing (network and container mounts). */
const POLL_MS = 500

export interface Doorbell {
  close(): Promise<void>
}

/** Watches the directories of `files`, so that a file may come, go and be renamed. */
export function openDoorbell(files: readonly string[], ring: () => void): Doorbell {
  const directories = new Set(files.map((file) => dirname(file)))
  const names = new Set(files.map((file) => basename(file)))
  const wanted = new Set([...directories, ...files])
  const watcher = watch([...directories], {
    depth: 0,
    ignoreInitial: true,
    ignored: (path) => !wanted.has(path),
  })
  // The settled events come late and at most every 50 ms; the raw ones come at once.
  watcher.on('raw', (_event, path) => {
    if (!path || names.has(basename(path))) ring()
  })
  watcher.on('all', () => ring())
  // A watch that cannot be set (too many, or a directory that is not there) leaves the poll.
  watcher.on('error', () => {})
  const timer = setInterval(ring, POLL_MS)
  return {
    close: async () => {
      clearInterval(timer)
      await watcher.close()
    },
  }
}
