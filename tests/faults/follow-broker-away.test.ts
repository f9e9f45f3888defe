/**
 * Goal: `follow` outlives its broker and prints every record once, in order.
 * Method: kill -9 of a broker of the test's own for 4 s, later SIGSTOP for 14 s (longer than a request may take), records
 * before, between and after, in a stream of which every offset is known.
 * Expected: it says on stderr that the broker went and came back, goes on by itself, 0 lost, 0 twice.
 */
import { expect, test } from 'vitest'
import { ownBroker } from '../support/broker.js'
import { startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce } from '../support/kafka.js'
import { orderMessages } from '../support/order-builder.js'
import { trackerSetup } from '../support/tracker.js'

const passed = (ms: number): Promise<true> => {
  const until = performance.now() + ms
  return eventually(() => performance.now() >= until, { deadlineMs: ms + 5_000, message: 'the outage lasts' })
}

test('a killed and a frozen broker cost follow neither a record nor a double', async () => {
  const broker = await ownBroker()
  const { dir, env, names } = trackerSetup(broker.brokers)
  await createTopic(broker.brokers, names.topic, 2)
  const send = (from: number, to: number) =>
    produce(
      broker.brokers,
      names.topic,
      orderMessages(from, to).map((message, index) => ({ ...message, partition: index % 2 })),
    )
  await send(1, 400)
  const following = startCli(
    ['follow', '--from', 'earliest', '--format', 'ndjson', '--fields', 'partition,offset'],
    { dir, env },
  )
  const printed = () =>
    following.stdout
      .split('\n')
      .slice(0, -1)
      .map((line): { partition: number; offset: number } => JSON.parse(line))
  const arrived = (count: number) =>
    eventually(() => printed().length >= count, {
      deadlineMs: 30_000,
      message: () => `${count} records; ${printed().length} so far; ${following.stderr}`,
    })
  await arrived(400)

  await broker.kill()
  await following.printed(/no Kafka broker answers .*; waiting for it, nothing is passed over/)
  await passed(4_000)
  await broker.start()
  const backAt = performance.now()
  await send(401, 800)
  await arrived(800)
  const killedMs = performance.now() - backAt
  await following.printed(/the broker is back after \d+ s; going on behind the last record/)

  broker.pause()
  await passed(14_000)
  broker.resume()
  const resumedAt = performance.now()
  await send(801, 1_000)
  await arrived(1_000)
  const frozenMs = performance.now() - resumedAt
  process.stdout.write(
    `broker back to records printed: ${Math.round(killedMs)} ms after a kill, ${Math.round(frozenMs)} ms after a freeze\n`,
  )

  const wanted = Array.from({ length: 500 }, (_, offset) => offset)
  for (const partition of [0, 1]) {
    const offsets = printed().filter((record) => record.partition === partition)
    expect(offsets.map(({ offset }) => offset)).toEqual(wanted)
  }
  expect(killedMs).toBeLessThan(20_000)
  following.kill('SIGTERM')
  expect((await following.ended).exit).toBe('SIGTERM')
})
