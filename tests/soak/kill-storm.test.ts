/**
 * Goal: what four kills leave whole, two hundred do too.
 * Method: SIGKILL at a random moment of twice the time that a start takes, under load, 200 times or for less than four
 * minutes; the seed is printed and SOAK_SEED repeats it.
 * Expected: every record of the topic once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startCli } from '../support/cli.js'
import { createTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { readJournal } from '../support/oracle.js'
import { randomOf, soakSeed } from '../support/random.js'
import { finishRow } from '../support/soak.js'
import { runningTracker, trackerSetup } from '../support/tracker.js'

const KILLS = 200
/** On a machine with much else to do fewer kills fit into the time; below these it was no storm. */
const KILLS_LEAST = 50
const AT_MOST_MS = 210_000

test('a storm of kills loses nothing and doubles nothing', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, names } = setup
  const random = randomOf(soakSeed())
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  const startedAt = performance.now()
  const first = await runningTracker(setup)
  const latestMs = 2 * (performance.now() - startedAt)
  first.kill('SIGKILL')
  await first.ended
  const until = performance.now() + AT_MOST_MS
  let kills = 0
  for (; kills < KILLS && performance.now() < until; kills += 1) {
    const tracker = startCli(['tracker'], { dir, env })
    await delay(random() * latestMs)
    tracker.kill('SIGKILL')
    expect((await tracker.ended).exit).toBe('SIGKILL')
  }
  await load.stop()
  expect(kills).toBeGreaterThanOrEqual(KILLS_LEAST)
  // Kills that all came before the first record would prove nothing.
  const openings = readJournal(events).filter(({ event_type }) => event_type === 'journal.opened')
  expect(openings.length).toBeGreaterThan(kills / 4)
  await finishRow(4, setup, { runs: kills })
})
