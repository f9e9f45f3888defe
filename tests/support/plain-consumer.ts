/** Runs the control of the fault matrix, see fixtures/plain-consumer.ts. */
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { cleanEnv } from './cli.js'

export interface PlainOptions {
  brokers: string
  topic: string
  group: string
  /** What it appends to. */
  file: string
  order: 'append-first' | 'commit-first'
  /** At which batch it is killed between its two steps; 0 for never. */
  dieAt: number
}

const path = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))

/** Starts it; resolves when it is gone, and it is ended when the test is over at the latest. */
export function runPlainConsumer(options: PlainOptions): Promise<unknown> {
  const { brokers, topic, group, file, order, dieAt } = options
  const child = execa(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      path('plain-consumer.ts'),
      ...[brokers, topic, group, file, order, String(dieAt)],
    ],
    { env: cleanEnv(), extendEnv: false, reject: false, stdin: 'ignore' },
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  return child
}
