/** `down` where things are not as usual: a tracker far behind, a topic that is gone, a folder that cannot be made. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signalStarted } from '../../src/lifecycle/detached.js'
import { runCli, startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { readTopic, testAdmin } from '../support/kafka.js'
import { recordFaults } from '../support/oracle.js'
import { readRun, runSetup } from '../support/run.js'
import { tempDir } from '../support/temp-dir.js'

test('down waits for a tracker that is behind until it has journaled everything', async () => {
  const { brokers, dir, env, events, names } = runSetup()
  await runCli(['up', '--rate', '2000'], { dir, env })
  const { tracker, ledger } = readRun(dir)
  const delivered = (): number => readFileSync(ledger!, 'utf8').split('\n').length - 1
  signalStarted(tracker!, 'SIGSTOP')
  const reached = delivered()
  await eventually(() => delivered() > reached + 2_000, { message: 'the producer goes on' })
  const down = startCli(['down'], { dir, env })
  await down.printed(/waiting for the tracker; \d{4,} records to go/)
  signalStarted(tracker!, 'SIGCONT')
  const { exit, stdout, stderr } = await down.ended
  expect({ exit, stderr }).toMatchObject({ exit: 0 })
  expect(stdout).toContain(`journaled of delivered ${delivered()}\n`)
  expect(recordFaults(events, names.topic, await readTopic(brokers, names.topic))).toEqual([])
})

test('a topic that was deleted meanwhile holds nothing to wait for', async () => {
  const { brokers, dir, env, names } = runSetup()
  await runCli(['up', '--count', '60', '--rate', 'max'], { dir, env })
  await eventually(
    async () => JSON.parse((await runCli(['status', '--json'], { dir, env })).stdout).journal.records === 60,
    { message: 'everything is journaled' },
  )
  await (await testAdmin(brokers)).deleteTopics({ topics: [names.topic] })
  const down = await runCli(['down'], { dir, env })
  expect(down, down.stderr).toMatchObject({ exit: 0 })
  expect(down.stdout).toMatch(/^delivered +60$/m)
  expect(down.stdout).toMatch(/^journaled of delivered +60$/m)
})

test('a state folder that cannot be made is a file error: 74', async () => {
  const dir = tempDir()
  writeFileSync(join(dir, '.orderscope'), 'in the way')
  for (const command of ['up', 'down']) {
    const refused = await runCli([command], { dir })
    expect(refused).toMatchObject({ exit: 74, stdout: '' })
    expect(refused.stderr).toContain(dir)
  }
})
