/** Trackers of one group that join, leave and are killed while orders stream in, and what their journals hold then. */
import { expect } from 'vitest'
import { eventually } from './eventually.js'
import { type Instance, instance, type MergedRecord, mergeJournals } from './instances.js'
import { createTopic, readTopic } from './kafka.js'
import { steadyLoad } from './load.js'
import type { Measured } from './matrix.js'
import { chainFaults } from './oracle.js'
import type { TrackerSetup } from './tracker.js'

const NAMES = ['a', 'b', 'c']

type Ending = 'SIGTERM' | 'SIGKILL'

export interface Churn {
  /** How often an instance joins or ends. */
  steps: number
  /** Between two steps, milliseconds; up to twice that at random. */
  pauseMs: number
  /** How instances end, one after the other, and again from the first. */
  endings: Ending[]
}

export interface Outcome extends Measured {
  instances: Instance[]
  /** Records that two journals hold, with equal place and content. */
  shared: number
}

/** Runs instances a, b and c on a topic of four partitions, and asks whether their union is the topic. */
export async function churned(setup: TrackerSetup, churn: Churn): Promise<Outcome> {
  const { brokers, names } = setup
  await createTopic(brokers, names.topic, 4)
  const instances = NAMES.map((name) => instance(setup, name))
  const load = steadyLoad(brokers, names.topic)
  const story = await live(instances, churn)
  const sent = await load.stop()
  const ended = instances.filter(({ isRunning }) => !isRunning)
  for (const each of ended) each.start()
  await Promise.all(ended.map((each) => each.joined()))
  await eventually(() => union(instances).size >= sent, {
    deadlineMs: 60_000,
    everyMs: 500,
    message: () => `${sent} records in the union, ${union(instances).size} so far; ${story.join(', ')}`,
  })
  for (const each of instances) expect(await each.end('SIGTERM')).toBe(0)

  for (const each of instances) expect(chainFaults(each.events)).toEqual([])
  const merged = [...union(instances).values()]
  const onTopic = new Set((await readTopic(brokers, names.topic)).map(placeOf))
  const journaled = merged.map(({ line }) =>
    placeOf({ partition: Number(line['kafka_partition']), offset: Number(line['kafka_offset']) }),
  )
  const held = new Set(journaled)
  const lost = [...onTopic].filter((place) => !held.has(place)).length
  const duplicated = journaled.length - held.size
  const shared = merged.filter(({ journals }) => journals.length > 1).length
  process.stdout.write(`${story.join(', ')}\n${onTopic.size} records, ${shared} of them in two journals\n`)
  expect([...held].filter((place) => !onTopic.has(place))).toEqual([])
  return { instances, lost, duplicated, shared }
}

const union = (instances: Instance[]): Map<string, MergedRecord> =>
  mergeJournals(instances.map(({ name, lines }) => ({ name, lines: lines() })))

const placeOf = ({ partition, offset }: { partition: number; offset: number }): string =>
  `${partition}/${offset}`

/** One step after the other: a missing instance starts, or a running one ends; at least one always runs. */
async function live(instances: Instance[], { steps, pauseMs, endings }: Churn): Promise<string[]> {
  const random = seeded()
  const oneOf = <T>(values: T[]): T => values[Math.floor(random() * values.length)]!
  const story: string[] = []
  let ended = 0
  for (let step = 0; step < steps; step += 1) {
    const running = instances.filter((each) => each.isRunning)
    const stopped = instances.filter((each) => !each.isRunning)
    const isJoin = running.length < 2 || (stopped.length > 0 && random() < 0.5)
    const chosen = oneOf(isJoin ? stopped : running)
    if (isJoin) {
      chosen.start()
      await chosen.joined()
      story.push(`${chosen.name} joins`)
    } else {
      const ending = endings[ended % endings.length]!
      ended += 1
      const exit = await chosen.end(ending)
      story.push(`${chosen.name} ${exit}`)
      if (ending === 'SIGTERM') expect(exit).toBe(0)
    }
    const until = performance.now() + pauseMs * (1 + random())
    await eventually(() => performance.now() >= until, {
      deadlineMs: pauseMs * 3,
      message: 'the pause is over',
    })
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

/** Every handover names the instance before, and not its own. */
export function expectHandovers(instances: Instance[]): void {
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
