/**
 * One writer per journal: a folder beside the journal that holds who made it, whole from its first moment.
 *
 * The folder is stale only when its process can be proven gone: same host, boot and pid namespace and no such
 * process, or another boot of the same host. A stale lock is taken over by rename and looked at again.
 */
import { mkdirSync, readFileSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExitCode, errnoCode, SuiteError } from '../runtime/errors.js'
import {
  isSameProcess,
  machineIdentity,
  ownIdentity,
  type ProcessIdentity,
} from '../runtime/process-identity.js'

const OWNER_FILE = 'owner.json'
/** What the system says of a rename to a folder that is there and not empty, or to a file. */
const HELD = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR'])
const ATTEMPTS_MAX = 5

export interface JournalLock {
  release(): void
}

/**
 * Takes the lock, or says who has it.
 *
 * @param folder See `lockFolder` in names.ts; its parent must exist.
 * @throws {SuiteError} `journal_held` (exit 75).
 */
export function takeLock(folder: string, { breakLock = false } = {}): JournalLock {
  const attempt = tryLock(folder, { breakLock })
  if ('holder' in attempt) throw heldError(folder, attempt.holder)
  return attempt
}

/** Takes the lock, or returns who holds it; null stands for a holder that left no name. */
export function tryLock(
  folder: string,
  { breakLock = false } = {},
): JournalLock | { holder: ProcessIdentity | null } {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    if (claim(folder)) return { release: () => release(folder) }
    const holder = readHolder(folder)
    if (!breakLock && !isStale(holder)) return { holder }
    setAside(folder, holder)
  }
  return { holder: readHolder(folder) }
}

/** Who holds the lock, or null where it is not held or its holder is gone. */
export function lockHolder(folder: string): ProcessIdentity | null {
  const holder = readHolder(folder)
  return holder && !isStale(holder) ? holder : null
}

/** The folder is made under another name with its owner in it: a lock without a name would hold for ever. */
function claim(folder: string): boolean {
  const aside = `${folder}.new-${process.pid}`
  // A process of the same pid may have died here.
  remove(aside)
  mkdirSync(aside, { mode: 0o700 })
  try {
    writeFileSync(join(aside, OWNER_FILE), JSON.stringify(ownIdentity()), { mode: 0o600 })
    // Fails where there is a folder that is not empty.
    renameSync(aside, folder)
    return true
  } catch (error) {
    remove(aside)
    if (HELD.has(errnoCode(error) ?? '')) return false
    throw error
  }
}

/**
 * A lock that was broken is another process's by now. What cannot be removed is stale once this process is gone, as
 * long as it is whole: so the name goes first, and its content then.
 */
function release(folder: string): void {
  if (!isSameHolder(readHolder(folder), ownIdentity())) return
  const aside = `${folder}.stale-${process.pid}`
  remove(aside)
  try {
    renameSync(folder, aside)
  } catch {
    return
  }
  remove(aside)
}

/** Removes a folder of a lock as far as it can; not recursively, because Node aborts where the system fails in it. */
function remove(folder: string): void {
  for (const step of [() => unlinkSync(join(folder, OWNER_FILE)), () => rmdirSync(folder)]) {
    try {
      step()
    } catch {}
  }
}

const isSameHolder = (a: ProcessIdentity | null, b: ProcessIdentity | null): boolean =>
  a?.pid === b?.pid && a?.started === b?.started

function readHolder(folder: string): ProcessIdentity | null {
  try {
    // Asked for text, Node aborts where the close fails.
    return JSON.parse(readFileSync(join(folder, OWNER_FILE)).toString()) as ProcessIdentity
  } catch {
    return null
  }
}

/** A folder whose owner cannot be read is not proven stale. */
function isStale(holder: ProcessIdentity | null): boolean {
  if (holder === null) return false
  const here = machineIdentity()
  if (holder.host !== here.host) return false
  if (holder.boot_id !== here.boot_id) return true
  return holder.pid_namespace === here.pid_namespace && !isSameProcess(holder.pid, holder.started)
}

/** Renames the lock away; had another process replaced it meanwhile, its lock is put back. */
function setAside(folder: string, expected: ProcessIdentity | null): void {
  const aside = `${folder}.stale-${process.pid}`
  remove(aside)
  try {
    renameSync(folder, aside)
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return
    throw error
  }
  if (!isSameHolder(readHolder(aside), expected)) {
    renameSync(aside, folder)
    return
  }
  remove(aside)
}

function heldError(folder: string, holder: ProcessIdentity | null): SuiteError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'a process that left no name'
  return new SuiteError(
    'journal_held',
    `the journal is held by ${who} (${folder}); stop that tracker first, ` +
      'or pass --break-lock when you are sure that it is gone',
    { exit: ExitCode.journalHeld, context: holder ? { ...holder } : {} },
  )
}
