/**
 * Row 24. Goal: turning the files over loses no line, and what would lose lines is noticed.
 * Method: a running tracker under load; its journal rotated by command and by length, tracker.log by rename and SIGHUP,
 * the journal by copy and truncate.
 * Expected: one chain over all files, 0 lost, 0 twice; no line of the log missing; the truncated journal ends the
 * tracker with 74 within a second or so, and the copy holds everything.
 */
import { copyFileSync, existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { journalFiles, sealedFiles } from '../../src/shared/journal/names.js'
import { FAILPOINTS } from '../../src/shared/runtime/failpoints.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { reportFailpoints, reportRow } from '../support/matrix.js'
import { chainFaults, judgeJournal, recordFaults } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { logLines, runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

/** The journal's files as one, for the oracle. */
function joined({ dir, events }: TrackerSetup): string {
  const whole = join(dir, 'whole')
  writeFileSync(whole, Buffer.concat(journalFiles(events).map((file) => readFileSync(file))))
  return whole
}

test('a journal rotated under load by command and by length is one chain, nothing lost, nothing twice', async () => {
  const setup = trackerSetup()
  const { brokers, events, log, names } = setup
  await createTopic(brokers, names.topic)
  setup.env['ORDERSCOPE_JOURNAL_ROTATE_BYTES'] = String(1024 * 1024)
  const tracker = await runningTracker(setup)
  for (let round = 0; round < 3; round += 1) {
    const load = produce(brokers, names.topic, orderMessages(round * 2_000 + 1, (round + 1) * 2_000))
    const { exit, stdout } = await runCli(['journal', 'rotate'], setup)
    expect(exit, stdout).toBe(0)
    expect(stdout).toMatch(/^sealed .+tracker\.events\.\d{6}\n$/)
    await load
  }
  await produce(brokers, names.topic, orderMessages(6_001, 10_000))
  const rotations = () => logLines(log).filter(({ kind }) => kind === 'journal.rotated').length
  await eventually(() => rotations() > 3, {
    deadlineMs: 20_000,
    message: () => `a rotation by length beside those by command; ${rotations()} in all`,
  })
  const onTopic = await readTopic(brokers, names.topic)
  await eventually(() => recordFaults(joined(setup), names.topic, onTopic).length === 0, {
    deadlineMs: 30_000,
    message: () => recordFaults(joined(setup), names.topic, onTopic).join('\n'),
  })
  expect(await stopTracker(tracker)).toBe(0)
  expect(sealedFiles(events).length).toBe(rotations())
  expect((await runCli(['journal', 'verify'], setup)).exit).toBe(0)

  const next = await runCli(['tracker', '--exit-at-end'], setup)
  expect(next.exit, next.stderr).toBe(0)
  const judged = judgeJournal({ events: joined(setup), topic: names.topic, records: onTopic })
  expect(judged.faults).toEqual([])
  reportRow(24, judged, rotations())
})

const ROTATION = FAILPOINTS.filter((name) => name.startsWith('rotate.'))

test('SIGKILL at every step of a rotation: the next start ends it, nothing lost, nothing twice', async () => {
  const setup = trackerSetup()
  const { brokers, dir, env, events, log, names } = setup
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  for (const name of ROTATION) {
    const killed = await runningTracker({ ...setup, env: { ...env, ORDERSCOPE_FAILPOINTS: `${name}=kill` } })
    killed.kill('SIGUSR2')
    expect(await killed.ended).toMatchObject({ exit: 'SIGKILL', stderr: `[failpoint] ${name}: kill\n` })
    const survivor = await runningTracker(setup)
    expect((await runCli(['journal', 'verify'], { dir, env })).exit, name).toBe(0)
    expect(await stopTracker(survivor)).toBe(0)
  }
  await load.stop()
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)
  const records = await readTopic(brokers, names.topic)
  const judged = judgeJournal({ events: joined(setup), topic: names.topic, records })
  expect(judged.faults).toEqual([])
  // Of three rotations one was thrown away and two were ended.
  expect(sealedFiles(events)).toHaveLength(2)
  expect(logLines(log).some(({ kind }) => kind === 'journal.rotated')).toBe(false)
  reportRow(24, judged, ROTATION.length)
  reportFailpoints(ROTATION)
})

test('tracker.log renamed and SIGHUP: every metrics line is in one of the two files', async () => {
  const setup = trackerSetup()
  const { brokers, log, names } = setup
  await createTopic(brokers, names.topic)
  const tracker = await runningTracker(setup)
  const old = `${log}.1`
  renameSync(log, old)
  tracker.kill('SIGHUP')
  await eventually(() => existsSync(log) && logLines(log).some(({ kind }) => kind === 'metrics'), {
    message: 'lines in the new log',
  })
  expect(await stopTracker(tracker)).toBe(0)
  const uptimes = [...logLines(old), ...logLines(log)]
    .filter(({ kind }) => kind === 'metrics')
    .map(({ metadata }) => Number(metadata['uptime_seconds']))
  const steps = uptimes.slice(1, -1).map((uptime, index) => uptime - (uptimes[index] ?? 0))
  // Every 200 ms a line; a lost one would leave twice that, beside what a busy machine adds.
  expect(Math.max(...steps), `steps ${steps.join(' ')}`).toBeLessThan(2)
  expect(
    logLines(old)
      .at(-1)
      ?.timestamp.localeCompare(logLines(log)[0]?.timestamp ?? ''),
  ).toBeLessThan(1)
})

test('a journal that is copied and truncated ends the tracker, and the copy holds everything', async () => {
  const setup = trackerSetup()
  const { brokers, dir, events, names } = setup
  await createTopic(brokers, names.topic)
  const tracker = await runningTracker(setup)
  await produce(brokers, names.topic, orderMessages(1, 200))
  const onTopic = await readTopic(brokers, names.topic)
  await eventually(() => recordFaults(events, names.topic, onTopic).length === 0, {
    message: 'the records are journaled',
  })
  const copy = join(dir, 'copy')
  copyFileSync(events, copy)
  truncateSync(events)
  const { exit, stderr } = await tracker.ended
  expect(exit).toBe(74)
  expect(stderr).toContain('shorter than')
  expect(recordFaults(copy, names.topic, onTopic)).toEqual([])
  expect(chainFaults(copy)).toEqual([])
})
