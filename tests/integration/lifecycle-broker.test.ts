/** The broker that `up` chooses and starts: from Kafka's jars, its data kept, and each way in which there is none. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { answersMetadata } from '../support/kafka-probe.js'
import { freePortPair } from '../support/ports.js'
import { livingProcesses, localRunSetup, readRun } from '../support/run.js'
import { pathWithout } from '../support/search-path.js'
import { tempDir } from '../support/temp-dir.js'

const LOCAL = ['up', '--broker', 'local']

test('a local broker is formatted once, stopped by down, and holds its data for the next up', async () => {
  const port = await freePortPair()
  const { dir, env, brokers } = localRunSetup(port)
  const up = await runCli([...LOCAL, '--count', '100', '--rate', 'max'], { dir, env })
  expect(up, up.stderr).toMatchObject({ exit: 0 })
  const first = readRun(dir)
  expect(first.broker).toMatchObject({ kind: 'local', brokers: [brokers], owned: true })
  expect(await answersMetadata(brokers)).toBe(true)
  // A second terminal needs no setting to find the broker on its port.
  const status = await runCli(['status', '--json'], { dir, env: { ...env, ORDERSCOPE_KAFKA_PORT: '9092' } })
  expect(JSON.parse(status.stdout)).toMatchObject({ state: 'well', broker: { brokers: [brokers] } })

  expect(await runCli(['down'], { dir, env })).toMatchObject({ exit: 0 })
  expect(livingProcesses(first)).toEqual([])
  expect(await answersMetadata(brokers)).toBe(false)

  const formatted = statSync(join(dir, '.orderscope/kafka/data/meta.properties')).birthtimeMs
  expect(await runCli([...LOCAL, '--no-producer'], { dir, env })).toMatchObject({ exit: 0 })
  expect(statSync(join(dir, '.orderscope/kafka/data/meta.properties')).birthtimeMs).toBe(formatted)
  const ends = JSON.parse((await runCli(['status', '--json'], { dir, env })).stdout).partitions
  expect(ends.reduce((sum: number, { end }: { end: number }) => sum + end, 0)).toBe(100)

  const purge = await runCli(['down', '--purge'], { dir, env })
  expect(purge, purge.stderr).toMatchObject({ exit: 0 })
  expect(existsSync(join(dir, '.orderscope/kafka'))).toBe(false)
  expect(statSync(join(dir, 'tracker.events')).size).toBeGreaterThan(0)
  expect(await runCli(['journal', 'verify'], { dir, env })).toMatchObject({ exit: 0 })
})

test('purge refuses while records are not journaled, and obeys --force', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  await runCli([...LOCAL, '--rate', '200'], { dir, env })
  process.kill(readRun(dir).tracker!.pid, 'SIGKILL')
  await eventually(
    async () => JSON.parse((await runCli(['status', '--json'], { dir, env })).stdout).partitions[0]?.lag > 0,
    { message: 'something is not journaled' },
  )
  const refused = await runCli(['down', '--purge'], { dir, env })
  expect(refused.exit).toBe(1)
  expect(refused.stderr).toMatch(/\d+ records on the topics are not journaled yet.*--force/)
  expect(existsSync(join(dir, '.orderscope/kafka/data'))).toBe(true)
  expect((await runCli(['down', '--purge'], { dir, env })).exit).toBe(1)
  expect(await runCli(['down', '--purge', '--force'], { dir, env })).toMatchObject({ exit: 0 })
  expect(existsSync(join(dir, '.orderscope/kafka'))).toBe(false)
})

test('a broker whose up was killed is ended by down', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  const up = startCli(LOCAL, { dir, env })
  await eventually(() => readRun(dir).broker.process, { deadlineMs: 30_000, message: 'a broker' })
  up.kill('SIGKILL')
  await up.ended
  const run = readRun(dir)
  expect(livingProcesses(run)).toHaveLength(1)
  const down = await runCli(['down'], { dir, env })
  expect(down).toMatchObject({ exit: 1, stderr: expect.stringContaining('the tracker was never started') })
  expect(livingProcesses(run)).toEqual([])
})

test('a taken port names its holder and another port, and nothing is started', async () => {
  const port = await freePortPair()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { dir, env } = localRunSetup(port)
  const up = await runCli(LOCAL, { dir, env })
  expect(up).toMatchObject({ exit: 69, stdout: '' })
  expect(up.stderr).toContain(`process ${process.pid} (`)
  expect(up.stderr).toMatch(/ORDERSCOPE_KAFKA_PORT=\d+/)
  expect(up.stderr).toContain(`KAFKA_BROKERS=127.0.0.1:${port}`)
  expect(readdirSync(join(dir, '.orderscope'))).toEqual([])
})

test('with neither Docker nor Java one message names each way out, and nothing is left', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  const PATH = pathWithout('docker', 'java', 'mvn')
  const up = await runCli(['up'], { dir, env: { ...env, PATH, JAVA_HOME: '' } })
  expect(up).toMatchObject({ exit: 69, stdout: '' })
  for (const part of ['no docker in PATH', 'no java in PATH', 'KAFKA_BROKERS=', 'KAFKA_HOME', 'Maven']) {
    expect(up.stderr).toContain(part)
  }
  expect(readdirSync(join(dir, '.orderscope'))).toEqual([])
})

test('with Java, without Maven and with an empty cache it says what is missing', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  const bare = { ...env, PATH: pathWithout('mvn'), XDG_CACHE_HOME: tempDir() }
  const up = await runCli(LOCAL, { dir, env: bare })
  expect(up).toMatchObject({ exit: 69, stdout: '' })
  expect(up.stderr).toContain('no mvn in PATH')
})

test('without network and with an empty cache it says what cannot be fetched, and keeps no half of it', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  const cache = tempDir()
  const away = '-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9'
  const offline = { XDG_CACHE_HOME: cache, MAVEN_OPTS: `${away} -Dmaven.repo.local=${tempDir()}` }
  const up = await runCli(LOCAL, { dir, env: { ...env, ...offline } })
  expect(up).toMatchObject({ exit: 69, stdout: '' })
  expect(up.stderr).toContain("cannot fetch Kafka's jars with Maven")
  expect(up.stderr).toContain('KAFKA_BROKERS')
  expect(readdirSync(join(cache, 'orderscope'))).toEqual([])
})

test.each([
  ['a KAFKA_HOME without Kafka in it', LOCAL, { KAFKA_HOME: '/nowhere' }, /KAFKA_HOME is "\/nowhere"/],
  ['a broker to start beside one that is named', LOCAL, { KAFKA_BROKERS: '127.0.0.1:1' }, /keep one of them/],
  ['a kind of broker that is none', ['up', '--broker', 'podman'], {}, /podman/],
])('%s is a matter of configuration: 78', async (_, args, more, message) => {
  const { dir, env } = localRunSetup(await freePortPair())
  const up = await runCli(args, { dir, env: { ...env, ...more } })
  expect(up).toMatchObject({ exit: 78, stdout: '' })
  expect(up.stderr).toMatch(message)
})

test('an external broker that does not answer is named: 69', async () => {
  const { dir, env } = localRunSetup(await freePortPair())
  mkdirSync(join(dir, '.orderscope'))
  const up = await runCli(['up', '--brokers', '127.0.0.1:1'], { dir, env })
  expect(up).toMatchObject({ exit: 69, stdout: '' })
  expect(up.stderr).toContain('no Kafka broker answers at 127.0.0.1:1')
})
