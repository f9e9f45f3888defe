/** How long it takes until the monitor has read a long journal: at the first look ever, and when it has an index of it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { stateFolder } from '../../src/shared/runtime/run-state.js'
import { lnavMs } from '../lnav/lnav.js'
import { MonitorScreen, receivedOn } from '../monitor-screen.js'
import { type BenchRow, figure } from '../row.js'
import type { Stage } from '../stage.js'

interface Opening {
  name: string
  view: 'overview' | 'business'
  limitMs: number
  isThere(text: string): boolean
  /** Never looked at before. */
  isFirst?: true
  /** What lnav is asked meanwhile. */
  question?: 'totals' | 'business'
}

const isComplete = (text: string): boolean => /booked +\d/.test(text) && !/, read \d+ %/.test(text)

/** In turns with `lnav`, where there is one, which reads the same files from end to end. */
export async function opening(stage: Stage, dir: string, records: number): Promise<BenchRow[]> {
  const business = { view: 'business', limitMs: 3_000, isThere: isComplete } as const
  const openings: Opening[] = [
    {
      name: 'totals',
      view: 'overview',
      limitMs: 500,
      isThere: (text) => receivedOn(text) === records,
      question: 'totals',
    },
    { name: 'business, the first time', ...business, isFirst: true, question: 'business' },
    { name: 'business, later', ...business },
  ]
  const rows: BenchRow[] = []
  for (const each of openings) {
    stage.say(`monitor: opening, ${each.name}`)
    rows.push(await measured(stage, dir, { ...each, name: `open ${figure(records)} entries: ${each.name}` }))
  }
  return rows
}

/** Each sample is from the start of the process. */
async function measured(
  stage: Stage,
  dir: string,
  { name, view, limitMs, isThere, isFirst, question }: Opening,
): Promise<BenchRow> {
  const [ours, lnavs]: [number[], number[]] = [[], []]
  for (let round = 0; round < stage.options.rounds; round += 1) {
    if (isFirst) await forgetIndex(dir)
    const screen = new MonitorScreen(stage, { dir }, ['--view', view])
    ours.push(await screen.shows(isThere, name))
    await screen.close()
    const lnav = question ? await lnavMs(stage, dir, question) : null
    if (lnav !== null) lnavs.push(lnav)
  }
  return {
    name,
    unit: 'ms',
    samples: ours,
    target: { is: 'at most', value: limitMs, of: 0.5 },
    ...(lnavs.length > 0 && { reference: { name: 'lnav, by SQL', samples: lnavs } }),
  }
}

/** As if nobody had looked at the journal yet. */
export const forgetIndex = (dir: string): Promise<void> =>
  rm(join(stateFolder(dir), 'index'), { recursive: true, force: true })
