/**
 * Goal: a limit of the system is a clear message or a slower tracker, never a damaged journal.
 * Method: a limit on the size of files, on descriptors (from the start, and under a tracker that runs) and on memory
 * around the real tracker with a backlog.
 * Expected: the size of files: 74 with EFBIG; descriptors: 78 at the start, 74 later, with what to do; memory: it gets
 * through. A start without the limit completes the journal.
 */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce } from '../support/kafka.js'
import { kafkaProxy } from '../support/kafka-proxy.js'
import { steadyLoad } from '../support/load.js'
import { readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { finishRow } from '../support/soak.js'
import { runningTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

const BACKLOG = 100_000
const SOME = 5_000
const LEAST_DESCRIPTORS = 64

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

test('too few descriptors are refused at the start, and the fewest that are not will do', async () => {
  const setup = await backlog(SOME)
  const { dir, env } = setup
  const started = (descriptors: number) =>
    runCli(['tracker', '--exit-at-end'], { dir, env, wrapper: limited('-n', descriptors) })
  // Below some 24 Node itself does not come up.
  for (const descriptors of [24, 40, LEAST_DESCRIPTORS - 1]) {
    const refused = await started(descriptors)
    expect(refused, refused.stderr).toMatchObject({ exit: 78 })
    expect(refused.stderr).toBe(
      `orderscope: a process may have ${descriptors} files and connections open here, and orderscope needs ` +
        `${LEAST_DESCRIPTORS}; raise the limit, for example with \`ulimit -n 1024\`\n`,
    )
  }
  const enough = await started(LEAST_DESCRIPTORS)
  expect(enough, enough.stderr).toMatchObject({ exit: 0, stderr: '' })
  await finishRow(28, setup, { runs: 4 })
})

test('a tracker that runs out of descriptors ends with 74 and says so', async () => {
  const setup = trackerSetup()
  const { brokers, events, names } = setup
  await createTopic(brokers, names.topic)
  const proxy = await kafkaProxy(brokers)
  const env = { ...setup.env, KAFKA_BROKERS: proxy.brokers }
  const tracker = await runningTracker({ ...setup, env })
  const load = steadyLoad(brokers, names.topic)
  await eventually(() => recordLines(readJournal(events)).length > 0, { message: 'records before the limit' })
  execFileSync('prlimit', [`--pid=${tracker.pid}`, '--nofile=16'])
  proxy.cut()
  const ended = await tracker.ended
  await load.stop()
  expect(ended, ended.stderr).toMatchObject({ exit: 74 })
  expect(ended.stderr).toMatch(/^orderscope: no file or connection can be opened \(.*EMFILE.*ulimit -n/)
  await finishRow(28, setup)
})

test('a backlog passes through a small heap', async () => {
  const setup = await backlog(BACKLOG)
  const { dir, env } = setup
  const heap = { ...env, NODE_OPTIONS: '--max-old-space-size=96' }
  const ended = await runCli(['tracker', '--exit-at-end'], { dir, env: heap, timeoutMs: 300_000 })
  expect(ended, ended.stderr).toMatchObject({ exit: 0 })
  await finishRow(28, setup)
})
