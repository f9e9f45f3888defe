/** Starts `fixtures/journal-process.ts`: a process of its own that holds a journal and a log, to be told what to do and killed. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { cleanEnv } from './cli.js'

export type JournalCommand =
  | { do: 'open'; breakLock?: boolean }
  /** Records of orders/0 from offset `from` on. */
  | { do: 'append'; from: number; count: number; valueBytes: number }
  /** Waits for the check of what opening did not look at. */
  | { do: 'earlier' }
  | { do: 'close' | 'verify' }
  /** Verifies all files of the journal in so many threads, spans of so many bytes each. */
  | { do: 'verify-in-threads'; threads: number; spanBytes: number }
  /** Searches all files of the journal in so many threads, parts of so many bytes each; takes no more than so many parts. */
  | { do: 'search'; where: string; threads: number; partBytes: number; partsMax?: number }
  /** Searches as the monitor does, in threads that take so many bytes each. */
  | { do: 'find'; text: string; kind: 'text' | 'filter'; partBytes: number }
  /** Makes the monitor's index, kept in `folder`, in so many threads, stripes of so many bytes each. */
  | { do: 'index'; folder: string; threads: number; stripeBytes: number }
  /** Compresses a sealed file in a worker thread. */
  | { do: 'compress'; file: string }
  /** Lines of 1,000 characters and more, numbered from `from` on. */
  | { do: 'log'; file: string; from: number; count: number }
  | { do: 'read' | 'fill' | 'remove'; file: string }

export interface JournalProcess {
  readonly pid: number
  /** Resolves with the answer; what failed is `{ error: { code, exit, message } }`, what was done `{ result }`. */
  ask(command: JournalCommand): Promise<unknown>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

const path = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

/**
 * Starts a process for the journal at `eventsFile`; it is killed when the test is over.
 *
 * @param wrapper A program that runs the rest of its arguments, for example with limits.
 */
export function startJournalProcess(eventsFile: string, wrapper: string[] = []): JournalProcess {
  const [command = '', ...args] = [
    ...wrapper,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    `--import=${path('source-resolution.mjs')}`,
    path('journal-process.ts'),
    eventsFile,
  ]
  const child = execa(command, args, {
    env: cleanEnv(),
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: 'pipe',
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const answers = createInterface({ input: child.stdout })
  const ended = child.then(({ exitCode, signal }) => `${exitCode ?? signal}`)
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  return {
    get pid() {
      return child.pid ?? -1
    },
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      const answer = await Promise.race([
        once(answers, 'line'),
        ended.then((how) => {
          throw new Error(`the process ended with ${how} at ${question.do}\n${stderr}`)
        }),
      ])
      return JSON.parse(String(answer[0]))
    },
    kill,
  }
}
