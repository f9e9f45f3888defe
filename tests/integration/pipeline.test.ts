import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { readTopic } from '../support/kafka.js'
import { chainFaults, readJournal, recordFaults, recordLines } from '../support/oracle.js'
import { logLines, trackerSetup } from '../support/tracker.js'

const ORDERS = 2_000

test('up, 2,000 orders with faults mixed in, down: ledger, topic and journal agree record by record', async () => {
  const { brokers, dir, env, events, names } = trackerSetup()
  const faults = ['--malformed-ratio', '0.03', '--invalid-ratio', '0.03']
  const up = await runCli(['up', '--count', String(ORDERS), '--rate', '1500', '--seed', '42', ...faults], {
    dir,
    env,
  })
  expect(up, up.stderr).toMatchObject({ exit: 0 })
  expect(up.stdout).toMatch(/monitor/)

  await eventually(
    () => logLines(join(dir, 'producer.log')).some(({ kind }) => kind === 'producer.stopped'),
    {
      deadlineMs: 30_000,
      message: 'the producer has sent its count',
    },
  )
  const down = await runCli(['down'], { dir, env })

  expect(down, down.stderr).toMatchObject({ exit: 0 })
  const ledgerFile = readdirSync(join(dir, '.orderscope')).find((name) => /^ledger-.*\.ndjson$/.test(name))
  const ledger = readFileSync(join(dir, '.orderscope', ledgerFile ?? 'ledger'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const onTopic = await readTopic(brokers, names.topic)
  const delivered = ledger.map(({ partition, offset, sha256 }) => `${partition}/${offset} ${sha256}`)
  const found = onTopic.map(
    ({ partition, offset, value }) =>
      `${partition}/${offset} ${createHash('sha256')
        .update(value ?? '')
        .digest('hex')}`,
  )
  expect(ledger).toHaveLength(ORDERS)
  expect(new Set(ledger.map(({ event_id }) => event_id)).size).toBe(ledger.length)
  expect(delivered.sort()).toEqual(found.sort())
  expect(chainFaults(events)).toEqual([])
  expect(recordFaults(events, names.topic, onTopic)).toEqual([])
  const lines = readJournal(events)
  expect(lines.at(-1)?.event_type).toBe('journal.closed')
  const rejected = recordLines(lines).filter(({ error }) => error !== undefined)
  // 6 % of the records, within what a seeded draw of this size can give.
  expect(rejected.length / onTopic.length).toBeGreaterThan(0.03)
  expect(rejected.length / onTopic.length).toBeLessThan(0.1)
  const letters = await readTopic(brokers, names.dlqTopic)
  expect(letters).toHaveLength(rejected.length)
  const verify = await runCli(['journal', 'verify'], { dir, env })
  expect(verify).toMatchObject({ exit: 0, stdout: expect.stringContaining(`${onTopic.length} records`) })
  expect(down.stdout).toContain(String(onTopic.length))
})
