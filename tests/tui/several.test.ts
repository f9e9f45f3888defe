/** The built monitor over several journals: which are named, which count as one, and what is shown of each. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Totals } from '../../src/shared/contract/journal-entry.js'
import { CLI, runCli } from '../support/cli.js'
import { spawnInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

/** A folder with the files of a tracker that is at a cluster. */
function trackerIn(dir: string, clusterId: string, orders: number): TrackerFiles {
  mkdirSync(dir)
  const files = new TrackerFiles(dir)
  const now = Date.now()
  const opened = files.opened(now)
  const cluster = files.own({ event_type: 'journal.cluster', cluster_id: clusterId }, now)
  files.writeEvents(opened, cluster, files.orders(orders, { timeMs: now }))
  files.appendLog(files.metrics(now))
  return files
}

const json = async (dir: string, ...args: string[]) => {
  const { exit, stdout, stderr } = await runCli(['monitor', '--json', ...args], { dir })
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  return JSON.parse(stdout)
}

test('journals of one cluster count as one, each record once; another cluster stands beside them', async () => {
  const dir = tempDir()
  trackerIn(join(dir, 'a'), 'X', 12)
  trackerIn(join(dir, 'b'), 'X', 15)
  trackerIn(join(dir, 'c'), 'Y', 7)
  const snapshot = await json(dir, '--dir', join(dir, 'a'), '--dir', join(dir, 'b'), '--dir', join(dir, 'c'))
  expect(snapshot.totals).toMatchObject({ records: 15, accepted: 15 })
  expect(snapshot.look).toMatchObject({ cluster_id: 'X', repeated_records: 12 })
  expect(snapshot.partitions).toHaveLength(3)
  expect(
    snapshot.journals.map(
      ({ label, cluster_id, totals }: { label: string; cluster_id: string; totals: Totals }) => [
        label,
        cluster_id,
        totals.records,
      ],
    ),
  ).toEqual([
    ['a', 'X', 12],
    ['b', 'X', 15],
    ['c', 'Y', 7],
  ])
})

test('journals of different clusters are never added: the first is shown, the others have a line', async () => {
  const dir = tempDir()
  trackerIn(join(dir, 'a'), 'X', 12)
  trackerIn(join(dir, 'b'), 'Y', 7)
  const dirs = ['--dir', join(dir, 'a'), '--dir', join(dir, 'b')]
  const frame = await runCli(['monitor', '--once', '--view', 'journal', '--size', '100x30', ...dirs], { dir })
  expect(frame.stdout).toMatch(/a \(1\/2 J\)/)
  expect(frame.stdout).toMatch(/records +12 in 14 lines/)
  expect(frame.stdout).toMatch(/a +12 +consuming +open/)
  expect(frame.stdout).toMatch(/b +7 +consuming +open/)
})

test('pairs of --events and --log name journals anywhere, and one frame says what is shown', async () => {
  const dir = tempDir()
  const [a, b] = [trackerIn(join(dir, 'a'), 'X', 3), trackerIn(join(dir, 'b'), 'X', 6)]
  const pairs = [a, b].flatMap(({ eventsFile, logFile }) => ['--events', eventsFile, '--log', logFile])
  const frame = await runCli(['monitor', '--once', '--view', 'journal', '--size', '100x30', ...pairs], {
    dir,
  })
  expect(frame.stdout).toMatch(/a \+ b as one \(1\/3 J\)/)
  expect(frame.stdout).toMatch(/together +6 records, each counted once/)
  const business = await runCli(['monitor', '--once', '--view', 'business', ...pairs], { dir })
  expect(business.stdout).toMatch(/order.created +━+ +6/)
})

test('an alarm about one of several journals names it, and is told by the exit code', async () => {
  const dir = tempDir()
  trackerIn(join(dir, 'a'), 'X', 3)
  const b = trackerIn(join(dir, 'b'), 'X', 3)
  b.appendEvents(Buffer.from('not an entry\n'))
  const { exit, stdout } = await runCli(
    ['monitor', '--json', '--dir', join(dir, 'a'), '--dir', join(dir, 'b')],
    { dir },
  )
  expect(exit).toBe(76)
  expect(JSON.parse(stdout).alarms[0]).toMatchObject({
    code: 'bad_lines',
    text: expect.stringMatching(/^b: journal: 1 line/),
  })
})

test('the live screen shows a cluster as one while it grows, and J goes through all there is', async () => {
  const dir = tempDir()
  const a = trackerIn(join(dir, 'a'), 'X', 12)
  trackerIn(join(dir, 'b'), 'X', 15)
  trackerIn(join(dir, 'c'), 'Y', 7)
  const args = [CLI, 'monitor', ...['a', 'b', 'c'].flatMap((name) => ['--dir', join(dir, name)])]
  const monitor = spawnInPty(process.execPath, args, { dir, columns: 120, rows: 40 })
  await monitor.shows(/a \+ b as one \(1\/4 J\)[\s\S]*received +15/)
  a.appendEvents(a.orders(10, { timeMs: Date.now(), first: 12 }))
  await monitor.shows(/received +22/)
  monitor.type('4')
  await monitor.shows(/order\.created +━+/)
  monitor.type('/')
  await monitor.shows(/this reads one journal: J chooses/)
  monitor.type('1J')
  await monitor.shows(/a \(2\/4 J\)[\s\S]*received +22/)
  monitor.type('JJ')
  await monitor.shows(/c \(4\/4 J\)[\s\S]*received +7/)
  monitor.type('J')
  await monitor.shows(/as one \(1\/4 J\)[\s\S]*received +22/)
})
