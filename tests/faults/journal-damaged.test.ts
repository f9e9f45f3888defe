/**
 * Rows 5 and 6. Goal: what a cut-off write left is set aside and read again; what was changed is refused, not repaired.
 * Method: the journal of a stopped tracker is cut inside its last line, or gets zeros or garbage at its end (5); a line
 * in its middle is changed, deleted, doubled or swapped (6). Then the tracker is started.
 * Expected: 5: exit 0, the bytes stand in a file beside it, 0 lost, 0 twice. 6: exit 76 with the line, nothing changed.
 */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { mutants, seeded } from '../support/journal-mutants.js'
import { openJournal, records } from '../support/journal-records.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { tempDir } from '../support/temp-dir.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

const MUTANTS = 8
/** Each byte of the line costs some syncs. */
const SMALL = { value: '{"a":1}', key: null, headers: [] }

async function journaled(): Promise<TrackerSetup> {
  const setup = trackerSetup()
  await createTopic(setup.brokers, setup.names.topic, 1)
  await produce(setup.brokers, setup.names.topic, orderMessages(1, 20))
  expect(await runCli(['tracker', '--exit-at-end'], setup)).toMatchObject({ exit: 0 })
  return setup
}

const tornBytes = (dir: string): Buffer[] =>
  readdirSync(dir)
    .filter((name) => name.startsWith('tracker.events.torn-'))
    .map((name) => readFileSync(join(dir, name)))

/** Bytes up to and with the last line of a record. */
const untilLastRecord = (journal: Buffer): number =>
  journal.indexOf('\n', journal.lastIndexOf('"event_type":"message.received"')) + 1

test.each<[string, (journal: Buffer) => Buffer]>([
  ['cut in its last record', (journal) => journal.subarray(0, untilLastRecord(journal) - 100)],
  ['followed by zeros', (journal) => Buffer.concat([journal, Buffer.alloc(4_096)])],
  [
    'followed by garbage without a line feed',
    (journal) => Buffer.concat([journal, Buffer.from('{"tim\u0000\r\ufeff')]),
  ],
])('a journal that is %s is opened, and what is gone is read again', async (_, damage) => {
  const setup = await journaled()
  const damaged = damage(readFileSync(setup.events))
  writeFileSync(setup.events, damaged)
  expect(await runCli(['tracker', '--exit-at-end'], setup)).toMatchObject({ exit: 0 })
  const whole = damaged.subarray(0, damaged.lastIndexOf('\n') + 1)
  expect(tornBytes(setup.dir)).toEqual([damaged.subarray(whole.length)])
  expect(readFileSync(setup.events).subarray(0, whole.length)).toEqual(whole)
  const { topic } = setup.names
  const onTopic = await readTopic(setup.brokers, topic)
  const judgement = judgeJournal({ events: setup.events, topic, records: onTopic })
  expect(judgement).toMatchObject({ lost: 0, duplicated: 0, faults: [] })
  reportRow(5, judgement)
})

test('a journal that is cut at any byte of its last record is opened, and the record is taken again', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.append(records(0, 1, SMALL))
  await writer.abandon()
  const journal = readFileSync(eventsFile)
  const lastLine = journal.lastIndexOf('\n', journal.length - 2) + 1
  let lost = 0
  for (let kept = lastLine; kept < journal.length; kept += 1) {
    const dir = tempDir()
    const cut = join(dir, 'tracker.events')
    writeFileSync(cut, journal)
    truncateSync(cut, kept)
    const again = await openJournal(cut)
    const { appended } = await again.append(records(0, 1, SMALL))
    await again.abandon()
    lost += 1 - appended
    expect(Buffer.concat(tornBytes(dir)), `${kept} bytes`).toEqual(journal.subarray(lastLine, kept))
  }
  expect(lost).toBe(0)
  reportRow(5, { lost, duplicated: 0 }, journal.length - lastLine)
})

test('a journal that was changed in its middle is refused at the line, and left as it is', async () => {
  const setup = await journaled()
  const journal = readFileSync(setup.events)
  const seed = Number(process.env['MUTANT_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`mutants of seed ${seed} (MUTANT_SEED repeats them)\n`)
  for (const { what, bytes, line } of mutants(journal, MUTANTS, seeded(seed))) {
    writeFileSync(setup.events, bytes)
    const { exit, stderr } = await runCli(['tracker', '--exit-at-end'], setup)
    expect({ exit, stderr }, what).toMatchObject({
      exit: 76,
      stderr: expect.stringContaining(`line ${line} of `),
    })
    expect(stderr, what).toContain(basename(setup.events))
    expect(readFileSync(setup.events).equals(bytes), what).toBe(true)
  }
  writeFileSync(setup.events, journal)
  expect(await runCli(['tracker', '--exit-at-end'], setup)).toMatchObject({ exit: 0 })
  const { topic } = setup.names
  const onTopic = await readTopic(setup.brokers, topic)
  const judgement = judgeJournal({ events: setup.events, topic, records: onTopic })
  expect(judgement).toMatchObject({ lost: 0, duplicated: 0, faults: [] })
  reportRow(6, judgement, MUTANTS)
})
