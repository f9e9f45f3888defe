/** Small file operations that must be done the same way everywhere. */
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { errnoCode } from './errors.js'

/** Makes renames and new names in `directory` durable. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Writes `bytes` to the end, however often the system takes only a part of them. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(fd, bytes, written, bytes.length - written)
}

/**
 * Writes a whole file, durable up to its name, over what is there or, with `wx`, only where nothing is.
 *
 * @throws the system's error; what was begun is gone again then, because on a full disk the room is needed elsewhere.
 */
export function writeDurably(
  path: string,
  bytes: Uint8Array,
  { flags = 'w', mode = 0o600 }: { flags?: 'w' | 'wx'; mode?: number } = {},
): void {
  const fd = openSync(path, flags, mode)
  try {
    writeFully(fd, bytes)
    fsyncSync(fd)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/** Replaces `path` with `text` so that a reader sees the old or the new content and a crash leaves one of them. */
export function replaceFile(path: string, text: string, mode = 0o600): void {
  const aside = `${path}.${process.pid}.tmp`
  writeDurably(aside, Buffer.from(text), { mode })
  renameSync(aside, path)
  syncDirectory(dirname(path))
}

/** Makes `path` with `text`; fails where there is something of that name. */
export function createFile(path: string, text: string, mode: number): void {
  writeDurably(path, Buffer.from(text), { flags: 'wx', mode })
  syncDirectory(dirname(path))
}

/** The file's text, or null where there is no such file. */
export function readTextIfAny(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return null
    throw error
  }
}

/**
 * True where `path` names something, behind any links.
 *
 * @throws the system's error where it cannot tell. `existsSync` answers false there, and what is taken for missing is
 * made anew.
 */
export const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined
