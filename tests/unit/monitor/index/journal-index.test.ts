/** The index may be deleted, wrong or unwritable: the journal is read again, and what it says stays true. */
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IndexStore } from '../../../../src/monitor/index/index-store.js'
import { JournalIndex } from '../../../../src/monitor/index/journal-index.js'
import { MomentReader } from '../../../../src/monitor/moment/moment-reader.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

/** Two files, five checkpoints, 40 orders and 2 rejected records. */
function journal(): TrackerFiles {
  const files = new TrackerFiles(tempDir())
  files.appendEvents(files.opened(T0), files.checkpoint(T0))
  files.appendEvents(files.orders(20, { timeMs: T0 + 1000 }), files.checkpoint(T0 + 2000))
  files.appendEvents(files.record(Buffer.from('x'), { timeMs: T0 + 61_000 }), files.checkpoint(T0 + 62_000))
  files.rotate(T0 + 63_000)
  files.appendEvents(files.orders(20, { timeMs: T0 + 70_000, first: 20 }))
  files.appendEvents(files.record(Buffer.from('y'), { timeMs: T0 + 71_000 }), files.checkpoint(T0 + 72_000))
  return files
}

function open({ eventsFile }: TrackerFiles, ...folders: string[]): JournalIndex {
  return new JournalIndex(eventsFile, new IndexStore(eventsFile, folders))
}

/** Entries of an index that has read all there is, and how many steps that took. */
function entriesOf(files: TrackerFiles, ...folders: string[]) {
  const index = open(files, ...folders)
  let steps = 1
  while (index.step()) steps += 1
  index.close()
  return { entries: index.entries, steps, index }
}

/** The files of the only index in a folder. */
function filesIn(folder: string): string[] {
  const [name = ''] = readdirSync(folder)
  return readdirSync(join(folder, name)).map((file) => join(folder, name, file))
}

test('an entry tells a checkpoint, its place, and what happened since the one before', () => {
  const { entries } = entriesOf(journal(), tempDir())
  expect(entries.map(({ seq, from_seq }) => [from_seq, seq])).toEqual([
    [1, 2],
    [3, 23],
    [24, 25],
    [26, 27],
    [28, 49],
  ])
  expect(entries[4]).toMatchObject({
    file_first_seq: 26,
    time_max_ms: T0 + 72_000,
    from_second: (T0 + 70_000) / 1000,
    seconds: [
      [(T0 + 70_000) / 1000, 20, 20, expect.any(Number)],
      [(T0 + 71_000) / 1000, 1, 0, 1],
    ],
    minutes: [
      {
        start_ms: T0 + 60_000,
        sums: {
          funnel: [
            ['order.shipped', 10],
            ['order.delivered', 10],
          ],
        },
      },
    ],
    rejections: [[26, expect.any(Number)]],
  })
})

test('what was kept is read back, and the same', () => {
  const files = journal()
  const folder = tempDir()
  const { entries } = entriesOf(files, folder)
  expect(filesIn(folder).length).toBe(2)
  const again = open(files, folder)
  again.step()
  expect(again.entries).toEqual(entries)
  again.close()
})

test('a deleted index is made anew', () => {
  const files = journal()
  const folder = tempDir()
  const { entries } = entriesOf(files, folder)
  rmSync(folder, { recursive: true })
  expect(entriesOf(files, folder).entries).toEqual(entries)
  expect(filesIn(folder).length).toBe(2)
})

test.each([
  ['cut off', (path: string) => truncateSync(path, 700)],
  ['empty', (path: string) => truncateSync(path, 0)],
  [
    'changed',
    (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace(',20,20,', ',20,19,')),
  ],
  ['of another version', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('1', '2'))],
  ['missing', (path: string) => rmSync(path)],
  ['not text', (path: string) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x0a, 0x00]))],
])('a file of the index that is %s is not believed', (_what, spoil) => {
  for (const which of [0, 1]) {
    const files = journal()
    const folder = tempDir()
    const { entries } = entriesOf(files, folder)
    spoil(filesIn(folder)[which] ?? '')
    expect(entriesOf(files, folder).entries).toEqual(entries)
  }
})

test('the index of a journal that was made anew under the same name is not believed', () => {
  const files = journal()
  const folder = tempDir()
  entriesOf(files, folder)
  rmSync(`${files.eventsFile}.000001`)
  const other = new TrackerFiles(join(files.eventsFile, '..'))
  other.writeEvents(other.opened(T0), other.checkpoint(T0 + 1), other.orders(3, { timeMs: T0 + 5 }))
  other.appendEvents(other.checkpoint(T0 + 9))
  expect(entriesOf(other, folder).entries.map(({ seq }) => seq)).toEqual([2, 6])
})

test('an index whose places are wrong is dropped by whoever finds out, who answers rightly all the same', () => {
  const files = journal()
  const index = open(files, tempDir())
  while (index.step());
  const entry = index.entries[1]
  if (entry) entry.offset += 1
  const moment = new MomentReader(files, index).read({ target: { kind: 'seq', seq: 24 }, scope: null })
  expect(moment).toMatchObject({ seq: 24, tail: { journal: { totals: { records: 21, accepted: 20 } } } })
  expect(index.entries).toEqual([])
  while (index.step());
  expect(index.entries.length).toBe(5)
  index.close()
})

test('a file that lost its last lines takes their entries with it', () => {
  const files = journal()
  const index = open(files, tempDir())
  while (index.step());
  truncateSync(files.eventsFile, (index.entries[4]?.offset ?? 0) + 10)
  while (index.step());
  expect(index.entries.length).toBe(4)
  index.close()
})

test('where the first folder cannot be written to the next one is taken', () => {
  const files = journal()
  const [locked, cache] = [tempDir(), tempDir()]
  // A file in the way stops root as well, whom permissions do not.
  writeFileSync(join(locked, 'index'), '')
  chmodSync(locked, 0o500)
  const folders = [join(locked, 'index'), cache]
  const { entries } = entriesOf(files, ...folders)
  expect(filesIn(cache).length).toBe(2)
  const again = open(files, ...folders)
  again.step()
  expect(again.entries).toEqual(entries)
  again.close()
  chmodSync(locked, 0o700)
})

test('where nothing can be written it lives in memory', () => {
  const folder = join(tempDir(), 'file')
  writeFileSync(folder, '')
  expect(entriesOf(journal(), folder).entries.length).toBe(5)
})

test('of files that were removed nothing is counted, and their part of the index goes', () => {
  const files = journal()
  const folder = tempDir()
  entriesOf(files, folder)
  rmSync(`${files.eventsFile}.000001`)
  files.appendEvents(files.orders(1, { timeMs: T0 + 80_000, first: 40 }), files.checkpoint(T0 + 81_000))
  const { index } = entriesOf(files, folder)
  expect(index.history(26, 49)?.map(({ seq }) => seq)).toEqual([27, 49])
  expect(index.history(26, 50)).toBeNull()
  expect(filesIn(folder).map((path) => existsSync(path) && path.split('/').at(-1))).toEqual(['26.ndjson'])
})

/** What the owner of an index that is kept in `folder` is told, after `change` came between its filling and its first step. */
async function toldOf(files: TrackerFiles, folder: string, change: () => void): Promise<string[]> {
  const told: string[] = []
  const index = new JournalIndex(files.eventsFile, new IndexStore(files.eventsFile, [folder]), {
    onStart: (entries) => told.push(`anew behind ${entries.length}`),
    onEntries: (entries) => told.push(`${entries.length} entries`),
    onLine: ({ seq }) => told.push(`line ${seq}`),
  })
  await index.fill({ threads: 1 })
  change()
  while (index.step());
  index.close()
  return told
}

test('entries that its owner was told of are not told again where they still stand', async () => {
  const files = journal()
  const folder = tempDir()
  const { entries } = entriesOf(files, folder)
  const append = () => files.appendEvents(files.orders(1, { timeMs: T0 + 80_000, first: 40 }))
  expect(await toldOf(files, folder, append)).toEqual(['5 entries', 'line 50'])
  const cut = () => truncateSync(files.eventsFile, entries[4]?.offset ?? 0)
  const [first, second, ...lines] = await toldOf(files, folder, cut)
  expect([first, second]).toEqual(['5 entries', 'anew behind 4'])
  expect(lines).toEqual(Array.from({ length: 21 }, (_, index) => `line ${28 + index}`))
})
