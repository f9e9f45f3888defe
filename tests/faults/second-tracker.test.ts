/**
 * Goal: one journal, one writer; and a lock never outlives its holder.
 * Method: a second tracker on a journal that is held; the holder killed; a lock whose pid now means another process.
 * Expected: 75 with the holder's pid and nothing written; the lock of a process that is gone is taken over.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownIdentity } from '../../src/shared/runtime/process-identity.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, trackerSetup } from '../support/tracker.js'

test('a second tracker is refused while the first lives, and only then', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, names } = setup
  const owner = join(`${events}.lock`, 'owner.json')
  await createTopic(brokers, names.topic)
  await produce(brokers, names.topic, orderMessages(1, 100))
  const first = await runningTracker(setup)
  await eventually(() => recordLines(readJournal(events)).length === 100, { message: 'the first records' })
  const before = readFileSync(events)

  const second = await runCli(['tracker'], { dir, env })
  expect(second.exit).toBe(75)
  expect(second.stderr).toContain(`held by process ${first.pid} `)
  expect(readFileSync(events)).toEqual(before)

  first.kill('SIGKILL')
  await first.ended
  const killedAt = performance.now()
  await produce(brokers, names.topic, orderMessages(101, 200))
  const third = await runningTracker(setup)
  await eventually(() => recordLines(readJournal(events)).length === 200, {
    message: 'records after the kill',
  })
  const recoveryMs = Math.round(performance.now() - killedAt)
  third.kill('SIGKILL')
  await third.ended

  // The pid of the holder means this process now; only the start time tells the two apart.
  const held = JSON.parse(readFileSync(owner, 'utf8')) as { pid: number; started: string }
  writeFileSync(owner, JSON.stringify({ ...held, pid: process.pid }))
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  // With the start time of this process it is a holder that lives, whatever it is.
  mkdirSync(`${events}.lock`)
  writeFileSync(owner, JSON.stringify(ownIdentity()))
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(75)
  expect((await runCli(['tracker', '--exit-at-end', '--break-lock'], { dir, env })).exit).toBe(0)

  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged.faults).toEqual([])
  reportRow(20, { ...judged, recoveryMs })
})
