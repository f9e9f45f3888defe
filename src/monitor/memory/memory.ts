/**
 * Remembers what a person chose from one run to the next.
 *
 * It is written a short while after the last change, aside and renamed, so that of two monitors the last one wins and
 * nobody reads half a file. A file that was not understood is never written over.
 */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoCode, errorText } from '../../shared/runtime/errors.js'
import { readTextIfAny } from '../../shared/runtime/files.js'
import type { Preferences } from '../model/preferences.js'
import { type Remembered, rememberedIn, rememberedText } from './remembered.js'

/** From the last change to the file. */
const WRITE_AFTER_MS = 1000
const ANY_WRITE_BIT = 0o222

/** What the file at `path` remembers. */
export function recall(path: string): Remembered {
  try {
    return rememberedIn(readTextIfAny(path))
  } catch (error) {
    return { problem: `cannot be read (${errorText(error)})` }
  }
}

export interface MemoryOptions {
  path: string
  /** What was found there at the beginning. */
  remembered: Remembered
  /** How the run began: only what becomes another is remembered, not what a flag said. */
  beginning: Preferences
  /** Called once, when it turns out that what is chosen cannot be remembered. */
  onProblem(text: string): void
}

export class Memory {
  readonly #options: MemoryOptions
  #last: Preferences
  #changes: Partial<Preferences> = {}
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()
  #problem: string | null = null

  constructor(options: MemoryOptions) {
    this.#options = options
    this.#last = options.beginning
    if ('problem' in options.remembered) this.#problem = this.#problemText(options.remembered.problem)
  }

  /** Why nothing is remembered; null where that is possible as far as anybody knows. */
  get problem(): string | null {
    return this.#problem
  }

  /** Takes note of what is chosen now; cheap where nothing has changed. */
  note(now: Preferences): void {
    const changes = changesBetween(this.#last, now)
    if (changes === null) return
    this.#last = now
    this.#changes = { ...this.#changes, ...changes }
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#flush(), WRITE_AFTER_MS)
  }

  /** Writes what has not been written yet. */
  async close(): Promise<void> {
    if (this.#timer) this.#flush()
    await this.#writing
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const changes = this.#changes
    this.#changes = {}
    this.#writing = this.#writing.then(() => this.#write(changes))
  }

  async #write(changes: Partial<Preferences>): Promise<void> {
    if (this.#problem !== null) return
    try {
      const problem = await writeInto(this.#options.path, changes)
      if (problem !== null) this.#giveUp(problem)
    } catch (error) {
      this.#giveUp(`cannot be written (${errorText(error)})`)
    }
  }

  #giveUp(problem: string): void {
    this.#problem = this.#problemText(problem)
    this.#options.onProblem(this.#problem)
  }

  #problemText(problem: string): string {
    return `nothing is remembered: ${this.#options.path} ${problem}`
  }
}

/** Null where nothing has changed. */
function changesBetween(before: Preferences, now: Preferences): Partial<Preferences> | null {
  const names = Object.keys(now) as (keyof Preferences)[]
  const changed = names.filter((name) => before[name] !== now[name])
  return changed.length === 0 ? null : Object.fromEntries(changed.map((name) => [name, now[name]]))
}

/** Another monitor may have written since, so the file is read anew. Answers why it was left alone, null where it was not. */
async function writeInto(path: string, changes: Partial<Preferences>): Promise<string | null> {
  const before = await textIfAny(path)
  const remembered = rememberedIn(before)
  if ('problem' in remembered) return remembered.problem
  if (before !== null && ((await stat(path)).mode & ANY_WRITE_BIT) === 0) return 'is read-only'
  const text = rememberedText(before, changes)
  if (text === before) return null
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${process.pid}.tmp`
  try {
    await writeFile(aside, text, { mode: 0o600, flush: true })
    // The rest of an earlier process may stand there with other permissions.
    await chmod(aside, 0o600)
    await rename(aside, path)
  } catch (error) {
    await rm(aside, { force: true })
    throw error
  }
  return null
}

async function textIfAny(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return null
    throw error
  }
}
