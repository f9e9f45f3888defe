/**
 * Goal: opening sets aside what a crash cut off, and refuses what was changed, without touching it.
 * Method: a real journal cut or changed at every byte that opening must look at.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { recover } from '../../../../src/shared/journal/recover.js'
import { FakeClock } from '../../../support/fake-clock.js'
import { openJournal, record, records } from '../../../support/journal-records.js'
import { story } from '../../../support/journal-story.js'
import { chainFaults, readJournal } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const NOW = new Date('2026-11-21T03:00:00.000Z')
const P0 = { topic: 'orders', partition: 0 }

const newFile = (): string => join(tempDir(), 'tracker.events')

/** A journal that a kill ended: lines 1 to 8, the last checkpoint in line 5. */
async function killedJournal(): Promise<string> {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const journal = await openJournal(eventsFile, { clock })
  await journal.append(records(0, 1, { value: '{}' }))
  clock.advance(60_000)
  await journal.checkpointIfDue()
  await journal.append(records(2, 3, { value: '{}' }))
  await journal.append([record(4, { value: ' {"a":1} ' })])
  await journal.abandon()
  expect(story(eventsFile)).toEqual(['opened', 'checkpoint', '0@0', '0@1', 'checkpoint', '0@2', '0@3', '0@4'])
  return eventsFile
}

/** Byte offset of line `number`, from 1. */
const startOf = (bytes: Buffer, number: number): number =>
  number === 1 ? 0 : bytes.indexOf('\n', startOf(bytes, number - 1)) + 1

const filesBeside = (eventsFile: string): string[] => readdirSync(dirname(eventsFile)).sort()

test('a tail that is cut at any byte is set aside, and the journal goes on where it was whole', async () => {
  const bytes = readFileSync(await killedJournal())
  const lastLine = startOf(bytes, 8)
  const eventsFile = newFile()
  for (let cut = lastLine; cut < bytes.length; cut += 1) {
    writeFileSync(eventsFile, bytes.subarray(0, cut))
    const recovered = recover(eventsFile, new Date(NOW.getTime() + cut))
    expect(recovered.state?.seq, `cut at byte ${cut}`).toBe(7)
    expect(readFileSync(eventsFile).equals(bytes.subarray(0, lastLine))).toBe(true)
    if (cut === lastLine) expect(recovered.torn).toBeNull()
    else {
      expect(recovered.torn?.bytes).toBe(cut - lastLine)
      expect(readFileSync(recovered.torn?.file ?? '').equals(bytes.subarray(lastLine, cut))).toBe(true)
    }
  }
})

test.each<[string, Buffer]>([
  ['half a line', Buffer.from('{"timestamp":"2026-11-')],
  ['bytes that are no text', Buffer.from([0xff, 0x00, 0xfe, 0x80])],
  ['zeros, as a power loss leaves them', Buffer.alloc(100_000)],
  ['half a line and zeros', Buffer.concat([Buffer.from('{"time'), Buffer.alloc(4_096)])],
])(
  '%s behind the last line is set aside to the byte; the same record is journaled again',
  async (_, tail) => {
    const eventsFile = await killedJournal()
    const whole = readFileSync(eventsFile)
    writeFileSync(eventsFile, tail, { flag: 'a' })
    const journal = await openJournal(eventsFile, { clock: new FakeClock(NOW.toISOString()) })
    expect(journal.torn).toEqual({ file: `${eventsFile}.torn-20261121T030000.000Z`, bytes: tail.length })
    expect(readFileSync(`${eventsFile}.torn-20261121T030000.000Z`).equals(tail)).toBe(true)
    expect(await journal.append(records(4, 5))).toMatchObject({ appended: 1, dropped: 1 })
    await journal.close()
    expect(readFileSync(eventsFile).subarray(0, whole.length).equals(whole)).toBe(true)
    expect(chainFaults(eventsFile)).toEqual([])
  },
)

test('a byte that was changed from the last checkpoint on is refused with its line, and nothing is touched', async () => {
  const original = await killedJournal()
  const bytes = readFileSync(original)
  const eventsFile = newFile()
  let line = 5
  // Without its last line feed the last line would be torn, not changed.
  for (let at = startOf(bytes, 5); at < bytes.length - 1; at += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    writeFileSync(eventsFile, changed)
    const failed = catching(() => recover(eventsFile, NOW))
    expect(failed, `byte ${at}`).toMatchObject({ code: 'journal_integrity', exit: 76 })
    expect(failed.message).toMatch(new RegExp(`^line ${line} of ${eventsFile} `))
    expect(readFileSync(eventsFile).equals(changed)).toBe(true)
    if (bytes[at] === 0x0a) line += 1
  }
  expect(line).toBe(8)
  expect(filesBeside(eventsFile)).toEqual(['tracker.events'])
})

function catching(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

test.each<[string, (lines: string[]) => string[], number]>([
  ['taken out', (lines) => lines.toSpliced(6, 1), 7],
  ['there twice', (lines) => lines.toSpliced(6, 0, lines[6] ?? ''), 8],
  ['before its predecessor', (lines) => lines.toSpliced(5, 2, lines[6] ?? '', lines[5] ?? ''), 6],
  ['blank', (lines) => lines.toSpliced(6, 0, ''), 7],
  ['of another kind', (lines) => lines.toSpliced(6, 0, 'hello'), 7],
])('a line that is %s is refused with its number', async (_, change, number) => {
  const eventsFile = await killedJournal()
  const lines = readFileSync(eventsFile, 'utf8').split('\n').slice(0, -1)
  writeFileSync(
    eventsFile,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  )
  const before = readFileSync(eventsFile)
  await expect(openJournal(eventsFile)).rejects.toThrow(`line ${number} of ${eventsFile} `)
  expect(readFileSync(eventsFile).equals(before)).toBe(true)
  expect(existsSync(`${eventsFile}.lock`)).toBe(false)
})

test('a checkpoint that does not verify is not started from', async () => {
  const eventsFile = await killedJournal()
  const text = readFileSync(eventsFile, 'utf8')
  const changed = text.replace('"totals":{"records":2', '"totals":{"records":3')
  expect(changed).not.toBe(text)
  writeFileSync(eventsFile, changed)
  expect(() => recover(eventsFile, NOW)).toThrow(`line 5 of ${eventsFile} has a hash that does not follow`)
})

test('what lies before the last checkpoint is left to the check beside the work', async () => {
  const eventsFile = await killedJournal()
  const bytes = readFileSync(eventsFile)
  expect(recover(eventsFile, NOW)).toMatchObject({
    unverifiedBytes: startOf(bytes, 6),
    durableBytes: bytes.length,
  })
})

test.each<[string, string | null]>([
  ['missing', null],
  ['empty', ''],
  ['without a whole line', '{"timest'],
])('sealed files are never taken for an empty journal when the open file is %s', async (_, content) => {
  const original = await killedJournal()
  const eventsFile = newFile()
  copyFileSync(original, `${eventsFile}.000001`)
  if (content !== null) writeFileSync(eventsFile, content)
  const before = filesBeside(eventsFile)
  await expect(openJournal(eventsFile)).rejects.toMatchObject({ code: 'journal_integrity', exit: 76 })
  expect(filesBeside(eventsFile)).toEqual(before)
  if (content !== null) expect(readFileSync(eventsFile, 'utf8')).toBe(content)
})

test('a file without a whole line is set aside, told, and a new journal begins', async () => {
  const eventsFile = newFile()
  writeFileSync(eventsFile, '{"timest')
  const journal = await openJournal(eventsFile, { clock: new FakeClock(NOW.toISOString()) })
  expect(journal.torn).toEqual({ file: `${eventsFile}.torn-20261121T030000.000Z`, bytes: 8 })
  await journal.append(records(0, 0))
  await journal.close()
  expect(story(eventsFile)).toEqual(['opened', 'checkpoint', '0@0', 'closed'])
})

test('half a journal that a crash left under its other name is no journal', async () => {
  const eventsFile = newFile()
  writeFileSync(`${eventsFile}.new`, '{"timestamp":')
  await (await openJournal(eventsFile)).close()
  expect(chainFaults(eventsFile)).toEqual([])
  expect(filesBeside(eventsFile)).toEqual(['tracker.events'])
})

test('the current cluster is the one whose positions are listed last, whichever came first', async () => {
  const eventsFile = newFile()
  const clock = new FakeClock()
  const earliest = [0, 1].map((partition) => ({ topic: 'orders', partition, offset: 0 }))
  let journal = await openJournal(eventsFile, { clock })
  for (const cluster of ['M', 'Z', 'A', 'M']) {
    await journal.enterCluster(cluster, earliest)
    await journal.append(records(0, 1))
    clock.advance(60_000)
    await journal.checkpointIfDue()
    await journal.abandon()
    expect(readJournal(eventsFile).at(-1)?.event_type).toBe('journal.checkpoint')
    journal = await openJournal(eventsFile, { clock })
    expect(journal.state.clusterId).toBe(cluster)
    expect(journal.nextOffset(P0)).toBe(2)
  }
  await journal.close()
  expect(chainFaults(eventsFile)).toEqual([])
})
