/** What a person asks of a long journal: filters over all of it, and how things were at a moment of the past. */
import { setTimeout as delay } from 'node:timers/promises'
import { cpuMsOf, peakMemory } from '../measured-run.js'
import { MonitorScreen } from '../monitor-screen.js'
import { type BenchRow, figure } from '../row.js'
import type { Stage } from '../stage.js'
import { forgetIndex } from './monitor-opening.js'

/** One order in ten, and hardly any. */
const COMMON = 'order.total > 75'
const RARE = 'order.sequence == 12'
const JUMPS = 40
/** Less than this much of a core is spent once the index of the past is written. */
const SETTLED_SHARE = 0.2
const ESCAPE = '\u001b'

/**
 * @param dir Folder of a journal that nobody writes to.
 * @param load Appends to it at 10,000/s, for longer than the filters take that are asked meanwhile.
 */
export async function questions(
  stage: Stage,
  dir: string,
  load: () => Promise<unknown>,
): Promise<BenchRow[]> {
  await forgetIndex(dir)
  const screen = new MonitorScreen(stage, { dir, env: { TZ: 'UTC' } }, ['--view', 'journal'])
  const records = await headOf(screen)
  stage.say('monitor: jumps')
  // The past is indexed from the first question on.
  const [cold = Number.NaN] = await jumps(screen, 1, () => 1 + Math.floor(records / 2))
  await indexed(screen)
  const states = await jumps(screen, JUMPS, () => 1 + Math.floor(Math.random() * records))
  const times = await timeJumps(screen)
  screen.type('G2')
  stage.say('monitor: filters')
  const [first, all, underLoad]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < stage.options.rounds; round += 1) {
    first.push(await filter(screen, COMMON, (text) => (shownOn(text) ?? 0) > 50))
    all.push(await filter(screen, RARE, isWhole))
  }
  const loaded = load()
  for (let round = 0; round < stage.options.rounds; round += 1) {
    await delay(1_000)
    underLoad.push(await filter(screen, RARE, isWhole))
  }
  const peak = (peakMemory(screen.pid) ?? Number.NaN) / 2 ** 20
  await loaded
  await screen.close()
  const row = (name: string, samples: number[], value: number, of: number): BenchRow => ({
    name,
    unit: 'ms',
    samples,
    target: { is: 'at most', value, of },
  })
  return [
    { name: 'key to the state at a line, before the past is indexed', unit: 'ms', samples: [cold] },
    row('key to the state at a random line', states, 50, 0.95),
    row('key to the state at a random time', times, 100, 0.95),
    row('filter: first screen of matches', first, 200, 0.5),
    row(`filter: all of ${figure(records)} lines`, all, 2_000, 0.5),
    row(`filter: all of ${figure(records)} lines and those since, at 10,000/s`, underLoad, 3_000, 0.5),
    {
      name: 'peak memory while a filter runs, workers included',
      unit: 'MiB',
      samples: [peak],
      target: { is: 'at most', value: 260, of: 1 },
    },
  ]
}

const seqOn = (text: string): number | null => {
  const [, seq] = /\bhead +seq ([\d,]+)/.exec(text) ?? []
  return seq === undefined ? null : Number(seq.replaceAll(',', ''))
}

const shownOn = (text: string): number | null => {
  const [, shown] = /\bshown ([\d,]+) of/.exec(text) ?? []
  return shown === undefined ? null : Number(shown.replaceAll(',', ''))
}

/** One that is given up is not. */
const isWhole = (text: string): boolean => shownOn(text) !== null && /\d of [\d,]+ lines ─/.test(text)

async function headOf(screen: MonitorScreen): Promise<number> {
  let seq = 0
  await screen.shows((text) => {
    seq = seqOn(text) ?? 0
    return seq > 0 && text.includes('LIVE')
  }, 'the head of the journal')
  return seq
}

/** Waits until the monitor has nothing left to do. */
async function indexed(screen: MonitorScreen): Promise<void> {
  for (let share = 1; share > SETTLED_SHARE; ) {
    const before = cpuMsOf(screen.pid)
    await delay(1_000)
    share = (cpuMsOf(screen.pid) - before) / 1_000
  }
}

/** Each sample is from the last key to the line's number on the screen. */
async function jumps(screen: MonitorScreen, count: number, pick: () => number): Promise<number[]> {
  const samples: number[] = []
  for (let jump = 0; jump < count; jump += 1) {
    const seq = pick()
    samples.push(await answered(screen, `:#${seq}`, (text) => seqOn(text) === seq && text.includes('PAST')))
  }
  return samples
}

/** The same by time: a second before the moment that is shown, again and again, and then to somewhere else. */
async function timeJumps(screen: MonitorScreen): Promise<number[]> {
  const seconds = await secondsOf(screen)
  const samples: number[] = []
  for (let jump = 0; jump < JUMPS; jump += 1) {
    // Never the same twice in a row: it would be on the screen already.
    const time = seconds[(jump * 7) % seconds.length] as string
    samples.push(await answered(screen, `:${time}`, (text) => text.includes(`PAST ${time}`)))
  }
  return samples
}

/** Times of day in which lines were written, from the first line to the last. */
async function secondsOf(screen: MonitorScreen): Promise<string[]> {
  let fromMs = 0
  await answered(screen, ':#1', (text) => {
    fromMs = timeOn(text)
    return seqOn(text) === 1 && fromMs > 0
  })
  let toMs = 0
  screen.type('G')
  await screen.shows((text) => {
    toMs = timeOn(text)
    return !text.includes('PAST') && toMs > 0
  }, 'the last line')
  const count = Math.max(2, Math.floor((toMs - fromMs) / 1_000))
  return Array.from({ length: count }, (_, index) =>
    new Date(fromMs + (index + 1) * 1_000).toISOString().slice(11, 19),
  )
}

/** Of the last line, as a time of day. */
function timeOn(text: string): number {
  const [, time] = /\blast line +(\d\d:\d\d:\d\d)/.exec(text) ?? []
  return time === undefined ? 0 : Date.parse(`1970-01-02T${time}Z`)
}

async function filter(
  screen: MonitorScreen,
  expression: string,
  isThere: (text: string) => boolean,
): Promise<number> {
  const ms = await answered(screen, `&${expression}`, isThere)
  screen.type(ESCAPE)
  await screen.shows((text) => shownOn(text) === null, 'no filter')
  return ms
}

/** Types a question; resolves with the milliseconds from the Enter key to the answer on the screen. */
async function answered(
  screen: MonitorScreen,
  typed: string,
  isThere: (text: string) => boolean,
): Promise<number> {
  screen.type(typed)
  await screen.shows((text) => text.includes(typed.slice(1)), typed)
  const askedAt = performance.now()
  screen.type('\r')
  await screen.shows(isThere, `the answer to ${typed}`)
  return performance.now() - askedAt
}
