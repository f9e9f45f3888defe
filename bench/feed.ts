/**
 * Appends records to a journal at a rate, in a process of its own: `feed.ts DIR RATE SECONDS`. Prints a line for each
 * append: the time just before it, milliseconds since 1970, how many records the journal holds with it, and how many
 * milliseconds later it was durable.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { openJournal, RecordMaker } from './journal-maker.js'

/** More appends a second would measure the disk. */
const APPENDS_PER_SECOND_MAX = 50

const [dir = '', rate = '', seconds = ''] = process.argv.slice(2)
const records = Number(rate) * Number(seconds)
const stepMs = 1_000 / Math.min(Number(rate), APPENDS_PER_SECOND_MAX)
const journal = await openJournal(dir)
const maker = new RecordMaker(journal.state.positions.values())
// On a machine that is too slow the rate is not kept, rather than made up for in one go.
const batchMax = Math.max(1, Number(rate) / 10)
const startedAt = performance.now()
for (let made = 0, step = 1; made < records; step += 1) {
  await delay(Math.max(0, startedAt + step * stepMs - performance.now()))
  const late = Math.floor(((performance.now() - startedAt) * Number(rate)) / 1_000) - made
  const due = Math.min(late, records - made, batchMax)
  if (due <= 0) continue
  const batch = Array.from({ length: due }, () => maker.next())
  const atMs = performance.timeOrigin + performance.now()
  await journal.append(batch)
  made += due
  const durableMs = performance.timeOrigin + performance.now() - atMs
  process.stdout.write(`${atMs} ${journal.state.totals.records} ${durableMs}\n`)
}
await journal.close()
