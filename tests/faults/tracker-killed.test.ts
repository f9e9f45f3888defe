/**
 * Goal: a tracker that is killed at any moment loses nothing and journals nothing twice.
 * Method: SIGKILL at random moments while a producer sends, each time followed by a new start; the seed is printed.
 * Expected: every record of the topic exactly once, chain whole, one second or so from kill to the next record.
 */
import { existsSync, statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { chainFaults, recordFaults } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, stopTracker, trackerSetup } from '../support/tracker.js'

const KILLS = 5
const ORDERS_MIN = 10_000

test('SIGKILL under load, again and again, leaves a journal that holds every record once', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, names } = setup
  await createTopic(brokers, names.topic)
  const kills = new AbortController()
  const sending = (async () => {
    let sent = 0
    for (; !kills.signal.aborted || sent < ORDERS_MIN; sent += 500) {
      await produce(brokers, names.topic, orderMessages(sent + 1, sent + 500))
    }
    return sent
  })()
  const size = (): number => (existsSync(events) ? statSync(events).size : 0)
  const seed = Date.now() % 100_000
  process.stdout.write(`kill delays from seed ${seed}\n`)
  const gaps: number[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = size()
    const startedAt = performance.now()
    const tracker = startCli(['tracker'], { dir, env })
    await eventually(() => size() > before + 2_000, {
      deadlineMs: 30_000,
      message: 'new records in the journal',
    })
    if (kill > 0) gaps.push(Math.round(performance.now() - startedAt))
    const delay = ((seed * (kill + 7919)) % 300) / 10
    const until = performance.now() + delay
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to kill' })
    tracker.kill('SIGKILL')
    await tracker.ended
  }
  kills.abort()
  const sent = await sending
  const tracker = await runningTracker(setup)
  const onTopic = await readTopic(brokers, names.topic)
  expect(onTopic).toHaveLength(sent)
  await eventually(() => recordFaults(events, names.topic, onTopic).length === 0, {
    deadlineMs: 30_000,
    everyMs: 300,
    message: () => recordFaults(events, names.topic, onTopic).join('\n'),
  })
  expect(await stopTracker(tracker)).toBe(0)
  expect(chainFaults(events)).toEqual([])
  process.stdout.write(`kill to next record: ${gaps.join(', ')} ms\n`)
  expect(Math.max(...gaps)).toBeLessThan(8_000)
})
