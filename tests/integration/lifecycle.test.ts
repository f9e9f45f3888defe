/** `up`, `status` and `down` on the broker of the run: what they start, say, leave alone and end with. */

import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { signalStarted } from '../../src/lifecycle/detached.js'
import { machineIdentity, startTime } from '../../src/shared/runtime/process-identity.js'
import { isAlive } from '../../src/shared/runtime/run-state.js'
import { ownBroker } from '../support/broker.js'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { chainFaults, judgeJournal, recordFaults } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { livingProcesses, readRun, runSetup } from '../support/run.js'
import { tempDir } from '../support/temp-dir.js'
import { runningTracker, trackerSetup } from '../support/tracker.js'

/** The numbers that `down` prints, by name. */
const numbers = (stdout: string): Record<string, number> =>
  Object.fromEntries([...stdout.matchAll(/^(.+?) +(\d+)/gm)].map(([, name, count]) => [name, Number(count)]))

const ledgerLines = (dir: string): string[] =>
  readdirSync(join(dir, '.orderscope'))
    .filter((name) => name.startsWith('ledger-'))
    .flatMap((name) =>
      readFileSync(join(dir, '.orderscope', name), 'utf8')
        .trimEnd()
        .split('\n'),
    )

// Fault 11 of the old system: its start said "background" while it waited, and needed sudo and Docker.
test('up returns while everything runs on, status says so, a second up changes nothing, down ends it all', async () => {
  const { brokers, dir, env, events, names } = runSetup()
  const up = await runCli(['up', '--rate', '200'], { dir, env })
  expect(up, up.stderr).toMatchObject({ exit: 0 })
  expect(up.stdout).toContain('the first records are journaled')
  expect(up.stdout).toContain('monitor')
  const run = readRun(dir)
  expect(livingProcesses(run)).toHaveLength(2)

  const status = await runCli(['status', '--json'], { dir, env })
  expect(status).toMatchObject({ exit: 0 })
  expect(JSON.parse(status.stdout)).toMatchObject({
    state: 'well',
    problems: [],
    since: run.started_at,
    broker: { kind: 'external', answers: true },
    tracker: { pid: run.tracker?.pid },
    producer: { pid: run.producer?.pid },
    partitions: [{ partition: 0 }, { partition: 1 }, { partition: 2 }],
    journal: { file: events },
  })

  const again = await runCli(['up', '--rate', '7', '--topic', 'other'], { dir, env })
  expect(again).toMatchObject({ exit: 0, stdout: '' })
  expect(again.stderr).toContain('already running')
  expect(again.stderr).toContain('"--rate=200", asked for "--rate=7"')
  expect(again.stderr).toContain('asked for "other"')
  expect(readRun(dir)).toEqual(run)
  expect(livingProcesses(run)).toHaveLength(2)

  const down = await runCli(['down'], { dir, env })
  expect(down, down.stderr).toMatchObject({ exit: 0 })
  const { delivered, unknown, foreign, 'journaled of delivered': journaled } = numbers(down.stdout)
  expect({ unknown, foreign, journaled }).toEqual({ unknown: 0, foreign: 0, journaled: delivered })
  expect(delivered).toBe(ledgerLines(dir).length)
  expect(livingProcesses(run)).toEqual([])

  const judged = judgeJournal({ events, topic: names.topic, records: await readTopic(brokers, names.topic) })
  expect(judged.faults).toEqual([])
  reportRow(32, judged)
  expect(await runCli(['down'], { dir, env })).toMatchObject({ exit: 0, stdout: 'nothing runs here\n' })
  expect(await runCli(['status'], { dir, env })).toMatchObject({
    exit: 1,
    stdout: expect.stringMatching(/^stopped\n/),
  })
})

test('what a killed tracker has not journaled is told by down and journaled by the next run', async () => {
  const { brokers, dir, env, events, names } = runSetup()
  await runCli(['up', '--rate', '300'], { dir, env })
  signalStarted(readRun(dir).tracker!, 'SIGKILL')
  const reached = ledgerLines(dir).length
  await eventually(() => ledgerLines(dir).length > reached + 200, { message: 'the producer goes on' })

  expect(await runCli(['status'], { dir, env })).toMatchObject({
    exit: 1,
    stdout: expect.stringContaining('the tracker has ended'),
  })
  const again = await runCli(['up'], { dir, env })
  expect(again.exit).toBe(1)
  expect(again.stderr).toContain('the tracker has ended')

  const short = await runCli(['down'], { dir, env })
  expect(short.exit).toBe(1)
  const counted = numbers(short.stdout)
  const missing = counted['delivered']! - counted['journaled of delivered']!
  expect(missing).toBeGreaterThan(200)
  expect(short.stderr).toContain(
    `${missing} records are on the topic and not yet journaled; the next \`up\` goes on there`,
  )

  expect(await runCli(['up', '--no-producer'], { dir, env })).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('everything on the topics is journaled'),
  })
  // The last word of the tracker before this one does not count against it.
  expect(await runCli(['status'], { dir, env })).toMatchObject({ exit: 0 })
  const whole = await runCli(['down'], { dir, env })
  expect(whole).toMatchObject({ exit: 0 })
  expect(numbers(whole.stdout)).toMatchObject({ delivered: 0, foreign: 0 })
  expect(chainFaults(events)).toEqual([])
  expect(recordFaults(events, names.topic, await readTopic(brokers, names.topic))).toEqual([])
})

test('counts what others sent meanwhile as foreign', async () => {
  const { brokers, dir, env, names } = runSetup()
  await runCli(['up', '--count', '50', '--rate', 'max'], { dir, env })
  await produce(brokers, names.topic, orderMessages(1, 30))
  const down = await runCli(['down'], { dir, env })
  expect(down).toMatchObject({ exit: 0 })
  expect(numbers(down.stdout)).toEqual({
    delivered: 50,
    unknown: 0,
    'journaled of delivered': 50,
    foreign: 30,
  })
})

test('two at once in one folder: one starts everything, the other finds it running', async () => {
  const { dir, env } = runSetup()
  const both = await Promise.all([runCli(['up'], { dir, env }), runCli(['up'], { dir, env })])
  expect(both.map(({ exit }) => exit)).toEqual([0, 0])
  expect(both.filter(({ stdout }) => stdout.includes('orderscope is up'))).toHaveLength(1)
  const [waited] = both.filter(({ stdout }) => stdout === '')
  expect(waited?.stderr).toMatch(/waiting for another up or down.*already running/s)
})

test('up says why the tracker did not start, takes its exit code, and leaves nothing behind', async () => {
  const { dir, env } = runSetup()
  await runCli(['up', '--count', '20', '--rate', 'max'], { dir, env })
  await runCli(['down'], { dir, env })
  const holder = await runningTracker({ ...trackerSetup(), dir, env, log: join(dir, 'tracker.log') })

  const up = await runCli(['up'], { dir, env })

  expect(up).toMatchObject({ exit: 75, stdout: '' })
  expect(up.stderr).toContain('the tracker ended with exit code 75')
  expect(up.stderr).toContain(`process ${holder.pid} `)
  expect(livingProcesses(readRun(dir))).toEqual([])
  expect(readRun(dir).producer).toBeNull()
})

test('up hands a bad flag of the producer back with its text and exit code', async () => {
  const { dir, env } = runSetup()
  const up = await runCli(['up', '--rate', 'fast'], { dir, env })
  expect(up).toMatchObject({ exit: 78, stdout: '' })
  expect(up.stderr).toContain('--rate is "fast"')
  expect(livingProcesses(readRun(dir))).toEqual([])
})

test('up fails with the words of the tracker when another member of the group holds the partitions', async () => {
  const first = runSetup()
  await runningTracker(first)
  const { dir, env } = runSetup()
  const up = await runCli(['up'], { dir, env: { ...env, ...first.names.env } })
  expect(up).toMatchObject({ exit: 1, stdout: '' })
  expect(up.stderr).toContain('foreign member')
  expect(livingProcesses(readRun(dir))).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  'up that is broken off by %s ends what it started and dies of it',
  async (signal) => {
    const { dir, env } = runSetup()
    const up = startCli(['up', '--rate', '1'], { dir, env })
    await up.printed(/starting the tracker/)
    const run = await eventually(() => (readRun(dir).tracker ? readRun(dir) : null), { message: 'a tracker' })
    up.kill(signal)
    expect((await up.ended).exit).toBe(signal)
    expect(livingProcesses(run)).toEqual([])
    expect(await runCli(['down'], { dir, env })).toMatchObject({ exit: 0 })
  },
)

test('an up that was killed half-way is cleared away by the next', async () => {
  const { dir, env } = runSetup()
  const killed = startCli(['up'], { dir, env })
  await killed.printed(/starting the tracker/)
  const left = await eventually(() => readRun(dir).tracker, { everyMs: 1, message: 'a tracker' })
  killed.kill('SIGKILL')
  await killed.ended
  const up = await runCli(['up'], { dir, env })
  expect(up, up.stderr).toMatchObject({ exit: 0 })
  expect(isAlive(left)).toBe(false)
  expect(await runCli(['down'], { dir, env })).toMatchObject({ exit: 0 })
})

test('a tracker that hangs is given up after the timeout and killed', async () => {
  const { dir, env } = runSetup()
  await runCli(['up', '--rate', '100'], { dir, env })
  const run = readRun(dir)
  signalStarted(run.tracker!, 'SIGSTOP')
  const reached = ledgerLines(dir).length
  await eventually(() => ledgerLines(dir).length > reached + 20, { message: 'the producer goes on' })
  const down = await runCli(['down', '--timeout', '0.5'], { dir, env })
  expect(down.exit).toBe(1)
  expect(down.stderr).toContain(`the tracker (pid ${run.tracker?.pid}) did not end in 10 s and was killed`)
  expect(down.stderr).toMatch(/\d+ records are on the topic and not yet journaled/)
  expect(livingProcesses(run)).toEqual([])
})

test('gives up at once when the broker is gone, and still ends everything', async () => {
  const broker = await ownBroker()
  const { dir, env } = runSetup(broker.brokers)
  await runCli(['up'], { dir, env })
  const run = readRun(dir)
  await broker.kill()
  const began = performance.now()
  const down = await runCli(['down', '--timeout', '60'], { dir, env })
  expect(down.exit).toBe(1)
  expect(down.stderr).toContain('the broker was gone')
  expect(performance.now() - began).toBeLessThan(30_000)
  expect(livingProcesses(run)).toEqual([])
})

test.each([
  ['that has the pid and another start time', (pid: number) => ({ pid, started: '1' }), machineIdentity()],
  [
    'of another boot',
    (pid: number) => ({ pid, started: startTime(pid) ?? '' }),
    { ...machineIdentity(), boot_id: 'another' },
  ],
])('never touches a process %s', async (_, record, machine) => {
  const { dir, env } = runSetup()
  const stranger = spawn('sleep', ['600'])
  onTestFinished(() => void stranger.kill('SIGKILL'))
  const process = record(stranger.pid ?? 0)
  mkdirSync(join(dir, '.orderscope'))
  const broker = { kind: 'local', brokers: ['127.0.0.1:1'], process, owned: true }
  const run = { machine, broker, tracker: process, producer: process, started_at: 'then', ended: null }
  writeFileSync(join(dir, '.orderscope', 'run.json'), JSON.stringify(run))
  const down = await runCli(['down'], { dir, env })
  expect(down).toMatchObject({ exit: 0, stdout: expect.stringContaining('nothing runs here') })
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('down and status in a folder where nothing ever ran leave it empty', async () => {
  const dir = tempDir()
  expect(await runCli(['down'], { dir })).toMatchObject({ exit: 0, stdout: 'nothing runs here\n' })
  expect((await runCli(['status'], { dir })).exit).toBe(1)
  expect(readdirSync(dir)).toEqual([])
})

test('status of a broker that does not answer is 69', async () => {
  const status = await runCli(['status'], { dir: tempDir(), env: { KAFKA_BROKERS: '127.0.0.1:1' } })
  expect(status.exit).toBe(69)
  expect(status.stdout).toMatch(/^unavailable\n.*no Kafka broker answers at 127\.0\.0\.1:1/s)
})

test('config shows every value with its source and never a secret', async () => {
  const dir = tempDir()
  writeFileSync(join(dir, 'secret'), 'hunter2\n')
  writeFileSync(join(dir, 'orderscope.yaml'), 'kafka:\n  consumer_group: from-yaml\n')
  const env = { KAFKA_SASL_PASSWORD_FILE: join(dir, 'secret'), KAFKA_TOPIC: 'a,b\u001b' }
  const bad = await runCli(['config'], { dir, env })
  expect(bad.exit).toBe(78)
  const shown = await runCli(['config', '--brokers', 'h:1'], { dir, env: { ...env, KAFKA_TOPIC: 'a,b' } })
  expect(shown).toMatchObject({ exit: 0, stderr: '' })
  expect(shown.stdout + bad.stderr).not.toContain('hunter2')
  expect(shown.stdout).toMatch(/^KAFKA_BROKERS +h:1 +flag --brokers /m)
  expect(shown.stdout).toMatch(/^KAFKA_TOPIC +a,b +environment KAFKA_TOPIC /m)
  expect(shown.stdout).toMatch(/^KAFKA_CONSUMER_GROUP +from-yaml +orderscope.yaml kafka.consumer_group /m)
  expect(shown.stdout).toMatch(/^KAFKA_SASL_PASSWORD +\*{8} +environment KAFKA_SASL_PASSWORD_FILE /m)
  expect(shown.stdout).toMatch(/^LOG_LEVEL +info +default /m)

  const json = await runCli(['config', '--json'], { dir, env: { KAFKA_SASL_PASSWORD: 'hunter2' } })
  expect(json.stdout).not.toContain('hunter2')
  expect(JSON.parse(json.stdout)).toContainEqual(
    expect.objectContaining({ name: 'KAFKA_SASL_PASSWORD', value: '********' }),
  )
  expect(existsSync(join(dir, '.orderscope'))).toBe(false)
})
