/**
 * Goal: trackers that share a group, joining, leaving and killed under load, together miss no record.
 * Method: three instances on one topic of four partitions; one joins or leaves every second or two while records
 * stream in, first by SIGTERM only, then by SIGKILL too; the seed is printed.
 * Expected: the union of the journals is the topic; by SIGTERM no record is in two journals, after a SIGKILL one may
 * be, with equal place and content; every journal verifies; handovers name the instance before.
 */
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { type Instance, instance, mergeJournals } from '../support/instances.js'
import { createTopic, produce, readTopic, testAdmin } from '../support/kafka.js'
import { chainFaults } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

const NAMES = ['a', 'b', 'c']

async function pause(ms: number): Promise<void> {
  const until = performance.now() + ms
  await eventually(() => performance.now() >= until, { message: 'the pause is over' })
}

/** Sends until it is told to stop; answers how many. */
function sendUntil({ brokers, names }: TrackerSetup, signal: AbortSignal): Promise<number> {
  const send = async (): Promise<number> => {
    let sent = 0
    for (; !signal.aborted; sent += 200) {
      await produce(brokers, names.topic, orderMessages(sent + 1, sent + 200))
      await pause(20)
    }
    return sent
  }
  return send()
}

/** One step after the other: a missing instance starts, or a running one ends; at least one always runs. */
async function churn(
  instances: Instance[],
  { steps, signals, random }: { steps: number; signals: ('SIGTERM' | 'SIGKILL')[]; random: () => number },
): Promise<string[]> {
  const story: string[] = []
  for (let step = 0; step < steps; step += 1) {
    const running = instances.filter((each) => each.isRunning)
    const stopped = instances.filter((each) => !each.isRunning)
    const isJoin = running.length < 2 || (stopped.length > 0 && random() < 0.5)
    const among = isJoin ? stopped : running
    const chosen = among[Math.floor(random() * among.length)]!
    if (isJoin) {
      chosen.start()
      await chosen.joined()
      story.push(`${chosen.name} joins`)
    } else {
      const signal = signals[Math.floor(random() * signals.length)]!
      const exit = await chosen.end(signal)
      story.push(`${chosen.name} ${exit}`)
      if (signal === 'SIGTERM') expect(exit).toBe(0)
    }
    await pause(300 + random() * 1_000)
  }
  return story
}

function seeded(): () => number {
  let seed = Date.now() % 100_000
  process.stdout.write(`seed ${seed}\n`)
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
}

interface Outcome {
  instances: Instance[]
  /** Records that are in more than one journal. */
  twice: number
}

async function run(setup: TrackerSetup, signals: ('SIGTERM' | 'SIGKILL')[]): Promise<Outcome> {
  const { brokers, names } = setup
  await createTopic(brokers, names.topic, 4)
  const instances = NAMES.map((name) => instance(setup, name))
  const enough = new AbortController()
  const sending = sendUntil(setup, enough.signal)
  const story = await churn(instances, { steps: 8, signals, random: seeded() })
  enough.abort()
  const sent = await sending
  for (const each of instances.filter(({ isRunning }) => !isRunning)) each.start()
  const union = (): number => mergeJournals(instances.map((each) => ({ ...each, lines: each.lines() }))).size
  await eventually(() => union() >= sent, {
    deadlineMs: 60_000,
    everyMs: 500,
    message: () => `${sent} records in the union, ${union()} so far; ${story.join(', ')}`,
  })
  for (const each of instances) expect(await each.end('SIGTERM')).toBe(0)

  for (const each of instances) expect(chainFaults(each.events)).toEqual([])
  const merged = mergeJournals(instances.map((each) => ({ ...each, lines: each.lines() })))
  const onTopic = (await readTopic(brokers, names.topic)).map((at) => `${at.partition}/${at.offset}`).sort()
  const journaled = [...merged.values()].map(
    ({ line }) => `${line['kafka_partition']}/${line['kafka_offset']}`,
  )
  expect(journaled.sort()).toEqual(onTopic)
  const twice = [...merged.values()].filter(({ journals }) => journals.length > 1).length
  process.stdout.write(`${story.join(', ')}\n${merged.size} records, ${twice} of them in two journals\n`)
  return { instances, twice }
}

function expectHandovers(instances: Instance[]): void {
  const handovers = instances.flatMap(({ name, lines }) =>
    lines()
      .filter(({ event_type }) => event_type === 'journal.assigned')
      .map((line) => [name, line['previous_instance']]),
  )
  expect(handovers.length).toBeGreaterThan(0)
  for (const [name, previous] of handovers) {
    expect(NAMES).toContain(previous)
    expect(previous).not.toBe(name)
  }
}

test('instances that join and leave by SIGTERM hand over exactly', async () => {
  const setup = trackerSetup()
  const { instances, twice } = await run(setup, ['SIGTERM'])
  expect(twice).toBe(0)
  expectHandovers(instances)
  const admin = await testAdmin(setup.brokers)
  const [committed] = await admin.fetchOffsets({ groupId: setup.names.group, topics: [setup.names.topic] })
  for (const { metadata } of committed?.partitions ?? []) {
    expect(JSON.parse(metadata ?? '')).toEqual({ v: 1, instance: expect.stringMatching(/^[abc]$/), epoch: 0 })
  }
})

test('instances that are killed leave nothing out, and what is twice is equal', async () => {
  const setup = trackerSetup()
  const { instances } = await run(setup, ['SIGKILL', 'SIGKILL', 'SIGTERM'])
  expectHandovers(instances)
})
