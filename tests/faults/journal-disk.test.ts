/**
 * Goal: what the disk does to the journal loses nothing and doubles nothing.
 * Method: a process of its own holds the journal on a disk of 1 MiB, under a limit on the size of files, or where a
 * system call fails.
 * Expected: a full disk passes by itself, the same append then succeeds; the others are a file error (74); the file
 * verifies after each.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canMount, onDisk } from '../support/disk.js'
import { type JournalProcess, startJournalProcess } from '../support/journal-process.js'
import { openJournal } from '../support/journal-records.js'
import { chainFaults, readJournal, recordLines } from '../support/oracle.js'
import { tempDir } from '../support/temp-dir.js'

/** Runs its arguments where no file may grow beyond `blocks` of 512 bytes. */
const withFileLimit = (blocks: number): string[] => [
  'sh',
  '-c',
  'ulimit -f "$0" && exec "$@"',
  String(blocks),
]

/** Runs its arguments where the system call `call` fails with EIO at its `nth` time. */
const withFailing = (call: string, nth: number): string[] => [
  'strace',
  '--follow-forks',
  '--output=/dev/null',
  `--trace=${call}`,
  `--inject=${call}:error=EIO:when=${nth}`,
  'env',
  'UV_THREADPOOL_SIZE=1',
]

const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

const offsets = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line.includes('"event_type":"message.received'))
    .map((line) => JSON.parse(line).kafka_offset as number)

/** Appends batches of 10 until one is refused; returns the first offset that is not journaled, and the refusal. */
async function appendUntilRefused(journal: JournalProcess): Promise<{ next: number; refusal: unknown }> {
  for (let from = 0; ; from += 10) {
    const answer = await journal.ask({ do: 'append', from, count: 10, valueBytes: 3_000 })
    if (!(answer as { result?: unknown }).result) return { next: from, refusal: answer }
  }
}

test.skipIf(!canMount)(
  'a full disk refuses the append, and with room again the same append succeeds once',
  async () => {
    const folder = tempDir()
    const journal = startJournalProcess(join(folder, 'tracker.events'), onDisk('1m', folder))
    const ballast = join(folder, 'ballast')
    await journal.ask({ do: 'open' })
    await journal.ask({ do: 'append', from: 0, count: 20, valueBytes: 3_000 })
    await journal.ask({ do: 'fill', file: ballast })
    const append = { do: 'append', from: 20, count: 30, valueBytes: 3_000 } as const
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(await journal.ask(append)).toMatchObject({ error: { code: 'journal_disk_full', exit: 74 } })
      // Nothing of the batch is left, not even a part of a line.
      expect(await journal.ask({ do: 'verify' })).toEqual({
        result: { bad: null, lines: 22, records: 20, unfinishedBytes: 0 },
      })
    }
    await journal.ask({ do: 'remove', file: ballast })
    expect(await journal.ask(append)).toEqual({ result: { appended: 30, dropped: 0 } })
    expect(await journal.ask(append)).toEqual({ result: { appended: 0, dropped: 30 } })
    expect(await journal.ask({ do: 'close' })).toEqual({ result: { seq: 53 } })
    expect(await journal.ask({ do: 'verify' })).toMatchObject({
      result: { bad: null, lines: 53, records: 50 },
    })
    const { result } = (await journal.ask({ do: 'read', file: join(folder, 'tracker.events') })) as {
      result: { text: string }
    }
    expect(offsets(result.text)).toEqual(Array.from({ length: 50 }, (_, offset) => offset))
  },
)

test.skipIf(!canMount)('a journal is not begun on a full disk, and begins when there is room', async () => {
  const folder = tempDir()
  const journal = startJournalProcess(join(folder, 'tracker.events'), onDisk('1m', folder))
  const ballast = join(folder, 'ballast')
  await journal.ask({ do: 'fill', file: ballast })
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await journal.ask({ do: 'open' })).toMatchObject({ error: { exit: 74 } })
  }
  await journal.ask({ do: 'remove', file: ballast })
  expect(await journal.ask({ do: 'open' })).toEqual({ result: { seq: 2, torn: null } })
  expect(await journal.ask({ do: 'close' })).toEqual({ result: { seq: 3 } })
})

test('a limit on the size of files is a file error, and what was journaled before it is whole', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const journal = startJournalProcess(eventsFile, withFileLimit(400))
  await journal.ask({ do: 'open' })
  const { next, refusal } = await appendUntilRefused(journal)
  expect(refusal).toMatchObject({
    error: { code: 'journal_file', exit: 74, message: expect.stringContaining('EFBIG') },
  })
  expect(next).toBeGreaterThan(0)
  expect(chainFaults(eventsFile)).toEqual([])
  expect(recordLines(readJournal(eventsFile))).toHaveLength(next)
  await journal.kill()
  const again = await openJournal(eventsFile)
  expect(again.torn).toBeNull()
  expect(again.nextOffset({ topic: 'orders', partition: 0 })).toBe(next)
  await again.close()
})

test.skipIf(!canTrace).each(['fdatasync', 'pwrite64'])(
  'an I/O error of %s ends the append with 74, takes it back, and nothing is lost',
  async (call) => {
    const eventsFile = join(tempDir(), 'tracker.events')
    const journal = startJournalProcess(eventsFile, withFailing(call, 2))
    await journal.ask({ do: 'open' })
    expect(await journal.ask({ do: 'append', from: 0, count: 3, valueBytes: 10 })).toMatchObject({
      result: { appended: 3 },
    })
    expect(await journal.ask({ do: 'append', from: 3, count: 3, valueBytes: 10 })).toMatchObject({
      error: { code: 'journal_file', exit: 74, message: expect.stringContaining('EIO') },
    })
    expect(recordLines(readJournal(eventsFile))).toHaveLength(3)
    expect(chainFaults(eventsFile)).toEqual([])
    await journal.kill()
    const again = await openJournal(eventsFile)
    expect(again.torn).toBeNull()
    expect(again.nextOffset({ topic: 'orders', partition: 0 })).toBe(3)
    await again.close()
  },
)

test('a line before the last checkpoint that was changed is found beside the work', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  let journal = startJournalProcess(eventsFile)
  await journal.ask({ do: 'open' })
  await journal.ask({ do: 'append', from: 0, count: 10_100, valueBytes: 10 })
  await journal.kill()
  const whole = readFileSync(eventsFile, 'utf8')

  journal = startJournalProcess(eventsFile)
  expect(await journal.ask({ do: 'open' })).toMatchObject({ result: { torn: null } })
  expect(await journal.ask({ do: 'earlier' })).toEqual({ result: { checked: true } })
  await journal.kill()

  const lines = whole.split('\n')
  lines[4_999] = lines[4_999]?.replace('xxx', 'xyx') ?? ''
  writeFileSync(eventsFile, lines.join('\n'))
  journal = startJournalProcess(eventsFile)
  expect(await journal.ask({ do: 'open' })).toMatchObject({ result: { torn: null } })
  expect(await journal.ask({ do: 'earlier' })).toMatchObject({
    error: {
      code: 'journal_integrity',
      exit: 76,
      message: expect.stringContaining(`line 5000 of ${eventsFile} has a hash`),
    },
  })
})
