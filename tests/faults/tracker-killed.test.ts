/**
 * Goal: a tracker that is killed at any moment loses nothing and journals nothing twice.
 * Method: SIGKILL at random moments while a producer sends, each time followed by a new start; the seed is printed.
 * Expected: every record of the topic exactly once, chain whole, one second or so from kill to the next record.
 */
import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal } from '../support/oracle.js'
import { trackerSetup } from '../support/tracker.js'

const KILLS = 4
const BACK_WITHIN_MS = 8_000

test('SIGKILL under load, again and again, leaves a journal that holds every record once', async () => {
  const { brokers, dir, env, events, names } = trackerSetup()
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  const size = (): number => (existsSync(events) ? statSync(events).size : 0)
  const seed = Date.now() % 100_000
  process.stdout.write(`kill delays from seed ${seed}\n`)
  const recoveryMs: number[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = size()
    const startedAt = performance.now()
    const tracker = startCli(['tracker'], { dir, env })
    // The lines that a start writes by itself are shorter.
    await eventually(() => size() > before + 2_000, {
      deadlineMs: 30_000,
      everyMs: 5,
      message: 'new records in the journal',
    })
    if (kill > 0) recoveryMs.push(Math.round(performance.now() - startedAt))
    const until = performance.now() + ((seed * (kill + 7919)) % 300) / 10
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to kill' })
    tracker.kill('SIGKILL')
    await tracker.ended
  }
  const sent = await load.stop()
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const records = await readTopic(brokers, names.topic)
  expect(records).toHaveLength(sent)
  const judged = judgeJournal({ events, topic: names.topic, records })
  expect(judged.faults).toEqual([])
  expect(Math.max(...recoveryMs)).toBeLessThan(BACK_WITHIN_MS)
  reportRow(3, { ...judged, recoveryMs }, KILLS)
})
