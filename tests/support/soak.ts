/** What the long rows share: a topic with orders on it, a tracker brought to the end of it, the oracle's word. */
import { expect } from 'vitest'
import { runCli } from './cli.js'
import { readTopic } from './kafka.js'
import { type Measured, reportRow } from './matrix.js'
import { judgeJournal } from './oracle.js'
import type { TrackerSetup } from './tracker.js'

/** Journals what is left, puts the journal to the oracle and reports the row. */
export async function finishRow(
  row: number,
  { brokers, dir, env, events, names }: TrackerSetup,
  { runs = 1, ...measured }: { runs?: number } & Partial<Measured> = {},
): Promise<void> {
  const last = await runCli(['tracker', '--exit-at-end'], { dir, env })
  expect(last.exit, last.stderr).toBe(0)
  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged.faults).toEqual([])
  reportRow(row, { ...measured, ...judged }, runs)
}
