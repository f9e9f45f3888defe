/**
 * Goal: when the power goes, what was committed is in the journal, and what was not synced may be gone in any way.
 * Method: the tracker dies between a write and its sync; then the bytes of that write are cut off anywhere, or zero from
 * there on, as file systems leave them. 25 times on one journal; the seed is printed and SOAK_SEED repeats it.
 * Expected: each next start opens the journal and goes on; in the end every record once.
 */
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { createTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { randomOf, soakSeed } from '../support/random.js'
import { finishRow } from '../support/soak.js'
import { trackerSetup } from '../support/tracker.js'

const LOSSES = 25

test('bytes that were not synced may be gone or zero', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, names } = setup
  const random = randomOf(soakSeed())
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  // A journal that knows its cluster: from here on a start writes one line by itself.
  const first = { ...env, ORDERSCOPE_FAILPOINTS: 'journal.after_sync=kill@4' }
  expect((await runCli(['tracker'], { dir, env: first })).exit).toBe('SIGKILL')
  for (let loss = 0; loss < LOSSES; loss += 1) {
    const plan = { ...env, ORDERSCOPE_FAILPOINTS: 'journal.after_write=kill@2' }
    expect((await runCli(['tracker'], { dir, env: plan })).exit).toBe('SIGKILL')
    const bytes = readFileSync(events)
    // Opening sets a torn end aside before it writes; the line that it writes then is synced.
    const opened = bytes.lastIndexOf('"event_type":"journal.opened"')
    const durable = bytes.indexOf(0x0a, opened) + 1
    expect(durable).toBeLessThan(bytes.length)
    const kept = durable + Math.floor(random() * (bytes.length - durable))
    if (random() < 0.5) truncateSync(events, kept)
    else writeFileSync(events, Buffer.from(bytes).fill(0, kept))
  }
  await load.stop()
  await finishRow(11, setup, { runs: LOSSES })
})
