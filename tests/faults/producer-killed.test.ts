/**
 * Goal: a producer that is killed in the middle of sending, or whose answers are lost, brings no event into the
 * journal twice, and none that it counts as delivered is missing there.
 * Method: SIGKILL at random moments under full load, each time followed by a new producer; a relay that lets requests
 * through and loses the answers for a second, again and again, while a counted run sends.
 * Expected: each event id in the journal once; every line of every ledger names the record that is there; a counted
 * run delivers exactly its count.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LedgerEntry } from '../../src/shared/contract/log-entry.js'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic, type TopicRecord } from '../support/kafka.js'
import { kafkaProxy } from '../support/kafka-proxy.js'
import { reportRow } from '../support/matrix.js'
import { type Judgement, judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { type TrackerSetup, trackerSetup } from '../support/tracker.js'

const KILLS = 5
const COUNT = 60_000

/** Whole lines; a killed producer may leave half of one. */
function ledgerEntries(file: string): LedgerEntry[] {
  if (!existsSync(file)) return []
  const text = readFileSync(file, 'utf8')
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry)
}

/** What is wrong with a ledger against the topic. */
function ledgerFaults(entries: LedgerEntry[], records: TopicRecord[]): string[] {
  const byPlace = new Map(records.map((record) => [`${record.partition}/${record.offset}`, record]))
  return entries.flatMap((entry) => {
    if ('outcome' in entry) return []
    const record = byPlace.get(`${entry.partition}/${entry.offset}`)
    const sha256 = record?.value ? createHash('sha256').update(record.value).digest('hex') : null
    const isThere = String(record?.headers['ce_id']) === entry.event_id && sha256 === entry.sha256
    return isThere ? [] : [`${entry.event_id} is not at ${entry.partition}/${entry.offset}`]
  })
}

/** Journals the topic, asks the oracle, and looks for events that came twice. */
async function judged({ dir, env, events, names, brokers }: TrackerSetup): Promise<{
  records: TopicRecord[]
  judgement: Judgement
}> {
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const records = await readTopic(brokers, names.topic)
  const judgement = judgeJournal({ events, topic: names.topic, records })
  expect(judgement.faults).toEqual([])
  const ids = recordLines(readJournal(events)).map((line) => eventId(line['kafka_headers']))
  expect(ids.filter((id) => id === undefined)).toEqual([])
  const twice = ids.length - new Set(ids).size
  expect(twice).toBe(0)
  return { records, judgement }
}

const eventId = (headers: unknown): string | undefined =>
  (headers as [string, string][]).find(([name]) => name === 'ce_id')?.[1]

test('a producer killed in the middle of sending brings no event twice, and what it counted is there', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, names } = setup
  await createTopic(brokers, names.topic)
  const seed = Date.now() % 100_000
  process.stdout.write(`kill delays from seed ${seed}\n`)
  const ledgers = Array.from({ length: KILLS }, (_, kill) => join(dir, `ledger-${kill}.ndjson`))
  for (const [kill, ledger] of ledgers.entries()) {
    const producer = startCli(['producer', '--rate', '20000', '--ledger', ledger], { dir, env })
    await eventually(() => ledgerEntries(ledger).length > 0, {
      deadlineMs: 20_000,
      message: 'acknowledgements',
    })
    const until = performance.now() + ((seed * (kill + 7_919)) % 400)
    await eventually(() => performance.now() >= until, { everyMs: 1, message: 'the moment to kill' })
    producer.kill('SIGKILL')
    await producer.ended
  }

  const { records, judgement } = await judged(setup)
  const entries = ledgers.flatMap(ledgerEntries)
  expect(ledgerFaults(entries, records)).toEqual([])
  process.stdout.write(`${records.length} records on the topic, ${entries.length} in the ledgers\n`)
  reportRow(31, judgement, KILLS)
})

test('answers that are lost again and again bring no event twice, and the count is exact', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, names } = setup
  await createTopic(brokers, names.topic)
  const proxy = await kafkaProxy(brokers)
  const ledger = join(dir, 'ledger.ndjson')
  const args = ['producer', '--rate', '15000', '--count', String(COUNT), '--ledger', ledger]
  const producer = startCli(args, { dir, env: { ...env, KAFKA_BROKERS: proxy.brokers } })
  const acknowledged = (): number => ledgerEntries(ledger).length
  let losses = 0
  for (; losses < 3; losses += 1) {
    const before = acknowledged()
    await eventually(() => acknowledged() > before + 3_000, { deadlineMs: 30_000, message: 'it goes on' })
    proxy.loseAnswers()
    const until = performance.now() + 700
    await eventually(() => performance.now() >= until, { message: 'requests without answers' })
    proxy.relay()
    proxy.cut()
  }
  expect((await producer.ended).exit).toBe(0)

  const { records, judgement } = await judged(setup)
  expect(records).toHaveLength(COUNT)
  const entries = ledgerEntries(ledger)
  expect(entries.filter((entry) => 'outcome' in entry)).toEqual([])
  expect(entries).toHaveLength(COUNT)
  expect(ledgerFaults(entries, records)).toEqual([])
  reportRow(31, judgement, losses)
})
