/**
 * Goal: a limit of the system is a clear message or a slower tracker, never a damaged journal.
 * Method: a limit on the size of files and on memory around the real tracker with a backlog.
 * Expected: the size of files: 74 with EFBIG; memory: it gets through. A start without the limit completes the journal.
 */
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { createTopic, produce } from '../support/kafka.js'
import { orderMessages } from '../support/order-builder.js'
import { finishRow } from '../support/soak.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

const BACKLOG = 100_000
const SOME = 5_000

async function backlog(orders: number): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic)
  for (let from = 1; from <= orders; from += 5_000) {
    await produce(setup.brokers, setup.names.topic, orderMessages(from, from + 4_999))
  }
  return setup
}

/** Runs its arguments under a limit of `ulimit`. */
const limited = (flag: string, value: number): string[] => [
  'sh',
  '-c',
  `ulimit ${flag} "$0" && exec "$@"`,
  String(value),
]

test('a limit on the size of files ends the tracker with 74 and says which', async () => {
  const setup = await backlog(SOME)
  const { dir, env } = setup
  const ended = await runCli(['tracker', '--exit-at-end'], { dir, env, wrapper: limited('-f', 2_000) })
  expect(ended.exit).toBe(74)
  expect(ended.stderr).toMatch(/cannot write the journal .*EFBIG/)
  await finishRow(9, setup)
})

test('a backlog passes through a small heap', async () => {
  const setup = await backlog(BACKLOG)
  const { dir, env } = setup
  const heap = { ...env, NODE_OPTIONS: '--max-old-space-size=96' }
  const ended = await runCli(['tracker', '--exit-at-end'], { dir, env: heap, timeoutMs: 300_000 })
  expect(ended, ended.stderr).toMatchObject({ exit: 0 })
  await finishRow(28, setup)
})
