/** The built monitor for a screen reader: what it says, line by line, in a real pseudoterminal. */
import { expect, test } from 'vitest'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 200, rows: 60 }
/** Marked pastes are all that the terminal is asked for. */
const ESCAPES = /\u001b(?!\[\?2004[hl])/

function journal(): { dir: string; files: TrackerFiles } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const timeMs = Date.now() - 30_000
  files.writeEvents(files.opened(timeMs), files.orders(120, { timeMs, stepMs: 100 }))
  files.appendLog(files.metrics(Date.now()))
  return { dir, files }
}

test('views, rows, help and alerts are read out below each other, and nothing is drawn over', async () => {
  const { dir, files } = journal()
  const monitor = startInPty(['monitor', '--screen-reader'], { dir, ...SIZE })
  await monitor.shows(/orderscope monitor\. \? reads out the keys, q leaves\./)
  await monitor.shows(
    /Overview view\.\nSuccess rate 100 %, lag 0 records, \d+\.\d\/s over 10 s, 120 received, health \w+/,
  )
  monitor.type('3')
  await monitor.shows(
    /Lag view\.\nLag 0 records in \d partitions?, as of [\d:]+, by partition\.\nPartition 0 of orders: OK, lag 0/,
  )
  monitor.type('4')
  await monitor.shows(/Business view\.[\s\S]*EUR: booked [\d,.]+, cancelled 0\.00, net/)
  monitor.type('2')
  await monitor.shows(/Live view\./)
  monitor.type('k')
  await monitor.shows(
    /Lists held still, counting goes on\.\n120 of 121, line 120: order\.\w+, client\d\d, .*, orders partition \d offset/,
  )
  monitor.type('k')
  await monitor.shows(/\n119 of 121, line 119: /)
  monitor.type('\r')
  await monitor.shows(/customer +client/)
  monitor.type('\u001b')
  await monitor.shows(/\nClosed\./)
  files.appendEvents(Buffer.from('not an entry\n'))
  await monitor.shows(/CRITICAL alert: journal: 1 alarm, limit 0, since [\d:]+\./)
  monitor.type('G')
  await monitor.shows(/\nLive\./)
  monitor.type('?')
  await monitor.shows(/\nViews\.\n1 2 3 4 5 6: [\s\S]*put away alerts/)
  monitor.type('q')
  expect(await monitor.ended).toEqual({ exitCode: 0, signal: undefined })
  expect(monitor.screen.raw).not.toMatch(ESCAPES)
  expect(monitor.screen.isAlternate).toBe(false)
})

test('it is chosen by INK_SCREEN_READER too, and waits for a journal in words', async () => {
  const dir = tempDir()
  const monitor = startInPty(['monitor'], { dir, ...SIZE, env: { INK_SCREEN_READER: 'true' } })
  await monitor.shows(/Waiting for .*tracker\.events\.\nRun \.\/start\.sh in another terminal/)
  const files = new TrackerFiles(dir)
  files.appendEvents(files.opened(Date.now()), files.orders(9, { timeMs: Date.now() }))
  await monitor.shows(/9 received/)
  monitor.kill('SIGTERM')
  expect(await monitor.ended).toEqual({ exitCode: 0, signal: undefined })
  expect(monitor.screen.raw).not.toMatch(ESCAPES)
})
