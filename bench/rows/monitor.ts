/**
 * The monitor as a person has it: the real program in a terminal of 200x50, on journals that are written while it looks.
 *
 * An append is on the screen when the total of received records counts it: in every view of load, also where the lines
 * themselves have passed by.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { makeJournal, openJournal } from '../journal-maker.js'
import { delaysSince, loopDelayHook, startBareLoop } from '../loop-delay.js'
import { cpuMsOf, peakMemory } from '../measured-run.js'
import { appendToScreen, COLUMNS, MonitorScreen, receivedOn, type Shown } from '../monitor-screen.js'
import { type BenchRow, figure, thinned } from '../row.js'
import type { Stage } from '../stage.js'
import { opening } from './monitor-opening.js'
import { questions } from './monitor-questions.js'

const SECONDS = 60
/** So long lines come while something is asked; they are a fifth of the journal then. */
const QUESTION_SECONDS = 20
const RECORDS = 1_000_000
const FEW_RECORDS = 1_000
const STARTS_A_ROUND = 3
const RATE_SLOW = 5
const RATE_MIDDLE = 1_000
const RATE_FAST = 10_000
const SETTLE_MS = 3_000
const KEY_EVERY_MS = 450

export async function measure(stage: Stage): Promise<BenchRow[]> {
  const records = stage.options.records ?? RECORDS
  const small = stage.folder('small')
  await makeJournal(small, { records: FEW_RECORDS })
  const large = stage.folder('large')
  stage.say(`monitor: writing ${records} records to two files`)
  await makeJournal(large, { records: Math.floor(records / 2) })
  const journal = await openJournal(large)
  await journal.rotate()
  await journal.close()
  await makeJournal(large, { records: Math.ceil(records / 2) })
  return [
    await firstPaint(stage, small),
    ...(await oneByOne(stage, small)),
    ...(await opening(stage, large, records)),
    // Before the load, under which the journal doubles.
    ...(await questions(stage, large, () => feed(stage, large, RATE_FAST, questionSecondsOf(stage)))),
    ...(await underLoad(stage, large)),
  ]
}

async function firstPaint(stage: Stage, dir: string): Promise<BenchRow> {
  stage.say('monitor: first paint')
  const samples: number[] = []
  for (let start = 0; start < stage.options.rounds * STARTS_A_ROUND; start += 1) {
    const screen = new MonitorScreen(stage, { dir })
    samples.push(await screen.shows((text) => text.trim() !== '', 'a first frame'))
    await screen.shows((text) => receivedOn(text) === FEW_RECORDS, 'the totals')
    await screen.close()
  }
  return { name: 'first paint', unit: 'ms', samples, target: { is: 'at most', value: 450, of: 0.5 } }
}

/** What it costs to wait, and how soon a single line is there. */
async function oneByOne(stage: Stage, dir: string): Promise<BenchRow[]> {
  const screen = new MonitorScreen(stage, { dir })
  await screen.shows((text) => receivedOn(text) === FEW_RECORDS, 'the totals')
  stage.say('monitor: nothing happens')
  const idle = await cpuShare(screen, () => delay(secondsOf(stage) * 1_000))
  const changes = await bytesOfARow(screen)
  stage.say(`monitor: ${RATE_SLOW}/s`)
  const appends = await feed(stage, dir, RATE_SLOW)
  const latencies = appendToScreen(appends, await settled(screen, appends))
  await screen.close()
  return [
    cpuRow('nothing happens', idle, 1),
    { name: 'one row changes', unit: 'bytes', samples: changes, target: atMost(100 + COLUMNS, 0.5) },
    ...latencyRows('append to screen, lines 200 ms apart', latencies, [25, 60, 120]),
  ]
}

/** What is typed stands in the last row, and nothing else changes. */
async function bytesOfARow(screen: MonitorScreen): Promise<number[]> {
  const samples: number[] = []
  screen.type(':')
  await screen.shows((shown) => shown.includes(':_'), 'the prompt')
  let typed = ':'
  for (const digit of '1234567890') {
    await delay(KEY_EVERY_MS)
    const before = screen.bytes
    screen.type(digit)
    typed += digit
    await screen.shows((shown) => shown.includes(`${typed}_`), `${typed} in the prompt`)
    samples.push(screen.bytes - before)
  }
  screen.type('\u001b')
  await screen.shows((shown) => !shown.includes(`${typed}_`), 'no prompt')
  return samples
}

/** On the large journal, at 1,000/s, then at 10,000/s with keys pressed meanwhile. */
async function underLoad(stage: Stage, dir: string): Promise<BenchRow[]> {
  const delayFile = join(stage.folder('delay'), 'seconds.json')
  const env = { NODE_OPTIONS: loopDelayHook(delayFile) }
  const screen = new MonitorScreen(stage, { dir, env }, ['--view', 'overview'])
  await screen.shows((text) => receivedOn(text) !== null, 'the totals')
  stage.say(`monitor: ${RATE_MIDDLE}/s`)
  const middle = await cpuShare(screen, () => feed(stage, dir, RATE_MIDDLE))
  stage.say(`monitor: ${RATE_FAST}/s`)
  const loadedFromMs = Date.now()
  const bareLoop = await startBareLoop(stage)
  let appends: Append[] = []
  const fast = await cpuShare(screen, async () => {
    appends = await feed(stage, dir, RATE_FAST)
  })
  const totals = await settled(screen, appends)
  const missing = Math.abs((appends.at(-1)?.received ?? 0) - (totals.at(-1)?.received ?? 0))
  stage.say(`monitor: keys at ${RATE_FAST}/s`)
  const keys = await keysToPaint(screen, feed(stage, dir, RATE_FAST))
  const peak = (peakMemory(screen.pid) ?? Number.NaN) / 2 ** 20
  const { clears } = screen
  await screen.close()
  const bareDelays = await bareLoop.end()
  return [
    cpuRow(`${figure(RATE_MIDDLE)}/s`, middle, 20),
    cpuRow(`${figure(RATE_FAST)}/s`, fast, 30),
    ...latencyRows(
      `append to screen at ${figure(RATE_FAST)}/s`,
      appendToScreen(appends, totals),
      [70, 120, 200],
    ),
    {
      name: 'of which until the append itself was durable',
      unit: 'ms',
      samples: thinned(appends.map(({ durableMs }) => durableMs)),
    },
    {
      name: `shown against truth after ${figure(RATE_FAST)}/s: off by`,
      unit: 'records',
      samples: [missing],
      target: atMost(0, 1),
    },
    { name: `key to painted at ${figure(RATE_FAST)}/s`, unit: 'ms', samples: keys, target: atMost(50, 0.95) },
    {
      name: `longest delay of the event loop in each second at ${figure(RATE_FAST)}/s`,
      unit: 'ms',
      samples: delaysSince(delayFile, loadedFromMs),
      target: atMost(50, 1),
    },
    {
      name: 'at the same time: the same of a process that does nothing else',
      unit: 'ms',
      samples: bareDelays,
    },
    { name: 'peak memory, workers included', unit: 'MiB', samples: [peak], target: atMost(200, 1) },
    { name: 'full clears after the first frame', unit: 'times', samples: [clears], target: atMost(0, 1) },
  ]
}

const atMost = (value: number, of: number): NonNullable<BenchRow['target']> => ({ is: 'at most', value, of })

const cpuRow = (when: string, share: number, value: number): BenchRow => ({
  name: `CPU, ${when}`,
  unit: '% of a core',
  samples: [share],
  target: atMost(value, 1),
})

/** One row for each promise: p50, p95 and the largest. */
const latencyRows = (name: string, latencies: number[], values: number[]): BenchRow[] =>
  [0.5, 0.95, 1].map((of, index) => ({
    name,
    unit: 'ms',
    samples: thinned(latencies),
    target: atMost(values[index] ?? 0, of),
  }))

const secondsOf = (stage: Stage): number => stage.options.seconds ?? SECONDS

const questionSecondsOf = (stage: Stage): number => Math.min(secondsOf(stage), QUESTION_SECONDS)

/** Share of a core that the monitor takes while something else goes on. */
async function cpuShare(screen: MonitorScreen, meanwhile: () => Promise<unknown>): Promise<number> {
  await delay(SETTLE_MS)
  const [cpuBefore, before] = [cpuMsOf(screen.pid), performance.now()]
  await meanwhile()
  return ((cpuMsOf(screen.pid) - cpuBefore) / (performance.now() - before)) * 100
}

const FEED = join(projectFolder, 'bench', 'feed.ts')
const HOOKS = join(projectFolder, 'tests', 'support', 'fixtures', 'source-resolution.mjs')

/** An append, and how long after its beginning it was durable. */
interface Append extends Shown {
  durableMs: number
}

/** Appends at a rate, for as long as the bench watches by default; resolves with the appends, by what they add up to. */
export async function feed(
  stage: Stage,
  dir: string,
  rate: number,
  seconds = secondsOf(stage),
): Promise<Append[]> {
  const args = ['--import', HOOKS, FEED, dir, `${rate}`, `${seconds}`]
  const child = await stage.launch(process.execPath, args, { dir })
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit')])
  if (code !== 0) throw new Error(`the feed ended with ${code}`)
  return output
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [atMs, received, durableMs] = line.split(' ').map(Number)
      return { atMs: atMs ?? 0, received: received ?? 0, durableMs: durableMs ?? Number.NaN }
    })
}

/** What was on the screen and when, as soon as it has the last append, or when it stays behind. */
async function settled(screen: MonitorScreen, appends: Shown[]): Promise<Shown[]> {
  const wanted = appends.at(-1)?.received ?? 0
  await screen.shows((shown) => (receivedOn(shown) ?? 0) >= wanted, `${wanted} records`)
  return screen.totals
}

/** Goes to and fro between two views; each sample is from the key to the other view's heading. */
async function keysToPaint(screen: MonitorScreen, load: Promise<unknown>): Promise<number[]> {
  let isLoaded = true
  const ended = load.finally(() => {
    isLoaded = false
  })
  const samples: number[] = []
  while (isLoaded) {
    for (const [key, isThere] of [
      ['6', (shown: string) => receivedOn(shown) === null],
      ['1', (shown: string) => receivedOn(shown) !== null],
    ] as const) {
      const pressedAt = performance.now()
      screen.type(key)
      await screen.shows(isThere, `the view of key ${key}`)
      samples.push(performance.now() - pressedAt)
      await delay(KEY_EVERY_MS)
    }
  }
  await ended
  return samples
}
