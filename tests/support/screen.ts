/** What a person would see: a terminal that replays escape codes, and programs that run inside one. */
import { Writable } from 'node:stream'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { onTestFinished } from 'vitest'
import { CLI, cleanEnv, homeOf } from './cli.js'
import { eventually } from './eventually.js'

export interface Size {
  columns: number
  rows: number
}

/** A terminal's screen, fed with what a program writes. */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>
  /** Everything written so far. */
  raw = ''

  constructor({ columns, rows }: Size) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 500, allowProposedApi: true })
    onTestFinished(() => this.#terminal.dispose())
  }

  write(data: string): void {
    this.raw += data
    this.#terminal.write(data)
  }

  resize({ columns, rows }: Size): void {
    this.#terminal.resize(columns, rows)
  }

  /** Rows of the screen, blanks at their ends cut off. Settles what was written before. */
  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#terminal.write('', resolve))
    const { cols, rows, buffer } = this.#terminal
    const { active } = buffer
    return Array.from({ length: rows }, (_, row) =>
      // A terminal made narrower keeps the cells beyond its edge, where nobody sees them.
      (active.getLine(active.viewportY + row)?.translateToString(true, 0, cols) ?? '').trimEnd(),
    )
  }

  async text(): Promise<string> {
    return (await this.lines()).join('\n')
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  /** Rows that left the screen at its top: a frame that fits never causes any. */
  get scrolledRows(): number {
    return this.#terminal.buffer.active.baseY
  }

  /** Whether the last word about the cursor was to show it. */
  get isCursorShown(): boolean {
    return this.raw.lastIndexOf('\u001b[?25h') >= this.raw.lastIndexOf('\u001b[?25l')
  }
}

/** A screen as what a program writes to, for tests within one process. */
export const terminalOf = (screen: Screen, size: Size): NodeJS.WriteStream =>
  Object.assign(
    new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        screen.write(text)
        done()
      },
    }),
    size,
  ) as unknown as NodeJS.WriteStream

export interface PtyProgram {
  readonly screen: Screen
  readonly pid: number
  /** Sends keys as a person would. */
  type(keys: string): void
  kill(signal: NodeJS.Signals): void
  resize(size: Size): void
  /** Waits until the screen matches. */
  shows(pattern: RegExp, deadlineMs?: number): Promise<string>
  /** Exit code, and the signal where one ended it. */
  ended: Promise<{ exitCode: number; signal: number | undefined }>
}

export interface PtyOptions extends Size {
  dir: string
  env?: Record<string, string>
}

/** Runs the built program in a pseudoterminal of its own; it is killed when the test is over. */
export const startInPty = (args: string[], options: PtyOptions): PtyProgram =>
  spawnInPty(process.execPath, [CLI, ...args], options)

/** A person's terminal, whoever runs the tests. */
function terminalEnv(): Record<string, string> {
  const { CI: _ci, NO_COLOR: _noColor, LC_ALL: _locale, ...env } = cleanEnv()
  return { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8' }
}

export function spawnInPty(
  file: string,
  args: string[],
  { dir, columns, rows, env = {} }: PtyOptions,
): PtyProgram {
  const screen = new Screen({ columns, rows })
  const pty: IPty = spawn(file, args, {
    name: 'xterm-256color',
    cols: columns,
    rows,
    cwd: dir,
    env: { ...terminalEnv(), ORDERSCOPE_DIR: dir, ...homeOf(dir), ...env },
  })
  let isGone = false
  pty.onData((data) => screen.write(data))
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) =>
    pty.onExit(({ exitCode, signal }) => {
      isGone = true
      resolve({ exitCode, signal: signal || undefined })
    }),
  )
  onTestFinished(async () => {
    if (!isGone) pty.kill('SIGKILL')
    await ended
  })
  return {
    screen,
    pid: pty.pid,
    type: (keys) => pty.write(keys),
    kill: (signal) => pty.kill(signal),
    resize: (size) => {
      screen.resize(size)
      pty.resize(size.columns, size.rows)
    },
    shows: async (pattern, deadlineMs = 15_000) => {
      let text = ''
      const look = async (): Promise<boolean> => {
        text = await screen.text()
        return pattern.test(text)
      }
      await eventually(look, {
        deadlineMs,
        message: () => `the screen to match ${pattern}; it shows\n${text}`,
      })
      return text
    },
    ended,
  }
}
