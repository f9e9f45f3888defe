/** What a monitor's memory does when it is left open: an hour at 1,000/s, in a terminal of 200x50. */

import { makeJournal } from '../journal-maker.js'
import { currentMemory } from '../measured-run.js'
import { MonitorScreen, receivedOn } from '../monitor-screen.js'
import { type BenchRow, median } from '../row.js'
import type { Stage } from '../stage.js'
import { feed } from './monitor.js'

const SECONDS = 3_600
const RATE = 1_000
const FEW_RECORDS = 1_000
const LOOKS = 200
/** A tenth of the time is for warming up: code is compiled and heaps find their size. */
const TENTH = LOOKS / 10

export async function measure(stage: Stage): Promise<BenchRow[]> {
  const seconds = stage.options.seconds ?? SECONDS
  const dir = stage.folder('day')
  await makeJournal(dir, { records: FEW_RECORDS })
  const screen = new MonitorScreen(stage, { dir })
  await screen.shows((text) => receivedOn(text) === FEW_RECORDS, 'the totals')
  stage.say(`day: ${seconds} s at ${RATE}/s`)
  const memory: number[] = []
  const timer = setInterval(
    () => memory.push((currentMemory(screen.pid) ?? Number.NaN) / 2 ** 20),
    (seconds * 1_000) / LOOKS,
  )
  const appends = await feed(stage, dir, RATE, seconds).finally(() => clearInterval(timer))
  const received = appends.at(-1)?.received ?? Number.NaN
  await screen.shows((text) => receivedOn(text) === received, 'the last record')
  await screen.close()
  const first = median(memory.slice(TENTH, 2 * TENTH))
  const last = median(memory.slice(-TENTH))
  const about = `monitor open for ${Math.round(seconds / 60)} min at ${RATE.toLocaleString('en-US')}/s`
  return [
    { name: `${about}: memory, workers included`, unit: 'MiB', samples: memory },
    {
      name: `${about}: last tenth of the time less the second`,
      unit: 'MiB',
      samples: [last - first],
      target: { is: 'at most', value: 10, of: 1 },
    },
  ]
}
