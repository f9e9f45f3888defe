import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Detached, startDetached, stopProcess } from '../../../src/lifecycle/detached.js'
import { startTime } from '../../../src/shared/runtime/process-identity.js'
import { isAlive } from '../../../src/shared/runtime/run-state.js'
import { eventually } from '../../support/eventually.js'
import { tempDir } from '../../support/temp-dir.js'

async function startNode(script: string): Promise<{ started: Detached; output: string }> {
  const cwd = tempDir()
  const output = join(cwd, 'out')
  const started = await startDetached({ command: process.execPath, args: ['-e', script], output, cwd })
  onTestFinished(() => void (isAlive(started) && process.kill(started.pid, 'SIGKILL')))
  return { started, output }
}

const untilPrinted = (output: string, text: string): Promise<unknown> =>
  eventually(() => readFileSync(output, 'utf8').includes(text), { message: `${text} in ${output}` })

const FOREVER = 'setInterval(() => {}, 1000)'

test('runs in a session of its own and writes both outputs to the file', async () => {
  const { started, output } = await startNode(`console.log('out'); console.error('err'); ${FOREVER}`)
  await untilPrinted(output, 'out')
  await untilPrinted(output, 'err')
  // Field 6 of stat is the session: that of a detached process is its own pid.
  const [, , , session] = readFileSync(`/proc/${started.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  expect(Number(session)).toBe(started.pid)
})

test('tells how a process ended', async () => {
  const { started } = await startNode('process.exit(3)')
  expect(await eventually(() => started.ending(), { message: 'an ending' })).toBe(3)
})

test('says which command cannot be run', async () => {
  const cwd = tempDir()
  const start = startDetached({ command: '/nowhere/java', args: [], output: join(cwd, 'out'), cwd })
  await expect(start).rejects.toMatchObject({
    exit: 69,
    message: expect.stringContaining('cannot run /nowhere/java'),
  })
})

test('stops with SIGTERM what listens to it', async () => {
  const { started, output } = await startNode(
    `process.on('SIGTERM', () => process.exit(0)); console.log('ready'); ${FOREVER}`,
  )
  await untilPrinted(output, 'ready')
  expect(await stopProcess(started, 10_000)).toBe('stopped')
  expect(isAlive(started)).toBe(false)
})

test('kills what does not listen', async () => {
  const { started, output } = await startNode(
    `process.on('SIGTERM', () => {}); console.log('ready'); ${FOREVER}`,
  )
  await untilPrinted(output, 'ready')
  expect(await stopProcess(started, 200)).toBe('killed')
  expect(isAlive(started)).toBe(false)
})

test('never signals a process that has the pid and not the start time', async () => {
  const stranger: ChildProcess = spawn(process.execPath, ['-e', FOREVER])
  onTestFinished(() => void stranger.kill('SIGKILL'))
  const pid = stranger.pid ?? 0
  const recorded = { pid, started: String(Number(startTime(pid)) - 1) }
  expect(await stopProcess(recorded, 100)).toBe('not_running')
  expect(isAlive({ pid, started: startTime(pid) ?? '' })).toBe(true)
})
