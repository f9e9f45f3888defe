/** The real monitor in a pseudoterminal of 200x50, and what a person would see on it, with the times. */

import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { projectFolder } from '../src/lifecycle/folders.js'
import { cleanEnv, homeOf } from '../tests/support/cli.js'
import type { Place, Stage } from './stage.js'

export const COLUMNS = 200
const ROWS = 50
const CLEAR = '\u001b[2J'
const DEADLINE_MS = 60_000

/** A total on the screen, and when it was painted, milliseconds since 1970. */
export interface Shown {
  atMs: number
  received: number
}

export class MonitorScreen {
  readonly #terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true })
  readonly #pty: ReturnType<typeof spawn>
  readonly #ended: Promise<number>
  readonly #waiting = new Set<(text: string) => void>()
  readonly #startedAt = performance.now()
  readonly totals: Shown[] = []
  /** Times that the whole screen was wiped since the totals are on it. */
  clears = 0
  /** All that was written to the terminal. */
  bytes = 0

  /** Starts it as a person does, by the launcher. */
  constructor(stage: Stage, { dir, env = {} }: Place, args: string[] = []) {
    this.#pty = spawn(join(projectFolder, 'orderscope'), ['monitor', ...args], {
      name: 'xterm-256color',
      cols: COLUMNS,
      rows: ROWS,
      cwd: dir,
      env: {
        ...cleanEnv(),
        TERM: 'xterm-256color',
        LANG: 'C.UTF-8',
        ORDERSCOPE_DIR: dir,
        ...homeOf(dir),
        ...env,
      },
    })
    let isGone = false
    const withdraw = stage.atEnd(async () => {
      if (!isGone) this.#pty.kill('SIGKILL')
      await this.#ended
    })
    this.#ended = new Promise((resolve) =>
      this.#pty.onExit(({ exitCode }) => {
        isGone = true
        withdraw()
        resolve(exitCode)
      }),
    )
    this.#pty.onData((data) => this.#paint(data))
  }

  get pid(): number {
    return this.#pty.pid
  }

  type(keys: string): void {
    this.#pty.write(keys)
  }

  /** Waits until the screen is as wanted; resolves with the milliseconds since the monitor was started. */
  async shows(isWanted: (text: string) => boolean, what: string): Promise<number> {
    if (isWanted(this.#text())) return performance.now() - this.#startedAt
    return await new Promise((resolve, reject) => {
      const look = (text: string): void => {
        if (!isWanted(text)) return
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(performance.now() - this.#startedAt)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        reject(new Error(`not on the screen within ${DEADLINE_MS} ms: ${what}\n${this.#text()}`))
      }, DEADLINE_MS)
      this.#waiting.add(look)
    })
  }

  /** Leaves it by its key. */
  async close(): Promise<void> {
    this.type('q')
    const exit = await this.#ended
    this.#terminal.dispose()
    if (exit !== 0) throw new Error(`the monitor ended with ${exit}`)
  }

  #paint(data: string): void {
    this.bytes += Buffer.byteLength(data)
    if (this.totals.length > 0) this.clears += data.split(CLEAR).length - 1
    this.#terminal.write(data, () => {
      const text = this.#text()
      const total = receivedOn(text)
      if (total !== null && total !== this.totals.at(-1)?.received)
        this.totals.push({ atMs: performance.timeOrigin + performance.now(), received: total })
      for (const look of [...this.#waiting]) look(text)
    })
  }

  #text(): string {
    const { active } = this.#terminal.buffer
    const lines = Array.from({ length: ROWS }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
    return lines.join('\n')
  }
}

/** The total of received records; null where it is not on the screen. */
export function receivedOn(text: string): number | null {
  const [, total] = /\breceived +([\d,]+)/.exec(text) ?? []
  return total === undefined ? null : Number(total.replaceAll(',', ''))
}

/** Milliseconds from each append to the first total on the screen that counts it; NaN where none does. */
export function appendToScreen(appends: Shown[], totals: Shown[]): number[] {
  let index = 0
  return appends.map(({ atMs, received }) => {
    while (index < totals.length && (totals[index]?.received ?? 0) < received) index += 1
    return (totals[index]?.atMs ?? Number.NaN) - atMs
  })
}
