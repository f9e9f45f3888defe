import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import {
  isSameProcess,
  machineIdentity,
  ownIdentity,
  startTime,
} from '../../../../src/shared/runtime/process-identity.js'
import { eventually } from '../../../support/eventually.js'
import { tempDir } from '../../../support/temp-dir.js'

test('this process knows itself, and its identity stays', () => {
  const own = ownIdentity()
  expect(own).toEqual({ pid: process.pid, started: startTime(process.pid), ...machineIdentity() })
  expect(own.started).toMatch(/^\d+$/)
  expect(own.boot_id).toMatch(/^[0-9a-f-]{36}$/)
  expect(ownIdentity()).toEqual(own)
})

test('a process is the same while it runs and not after; its pid with another start time never is', async () => {
  const child = execa('sleep', ['600'], { reject: false })
  const pid = child.pid ?? -1
  const started = startTime(pid) ?? ''
  expect(isSameProcess(pid, started)).toBe(true)
  expect(isSameProcess(pid, `${started}1`)).toBe(false)
  child.kill('SIGKILL')
  await child
  expect(startTime(pid)).toBeNull()
  expect(isSameProcess(pid, started)).toBe(false)
})

test('a process that ended and was not waited for counts as gone', async () => {
  // The shell is replaced by a program that never asks for its child, which stays a zombie.
  const parent = execa('sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { reject: false, buffer: false })
  const [chunk] = await new Promise<Buffer[]>((resolve) =>
    parent.stdout.once('data', (data) => resolve([data])),
  )
  const pid = Number(String(chunk))
  await eventually(() => startTime(pid) === null, { message: 'the zombie counts as gone' })
  parent.kill('SIGKILL')
  await parent
})

test('a command name that holds brackets and spaces does not shift the start time', async () => {
  // Linux takes the name that was asked for, and a link may have any.
  const program = join(tempDir(), ') S 1 2')
  symlinkSync('/bin/sleep', program)
  const child = execa(program, ['600'], { reject: false })
  const pid = child.pid ?? -1
  await eventually(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === ') S 1 2\n', {
    message: 'its name is taken',
  })
  const other = execa('sleep', ['600'], { reject: false })
  const [started, otherStarted] = [Number(startTime(pid)), Number(startTime(other.pid ?? -1))]
  expect(otherStarted - started).toBeGreaterThanOrEqual(0)
  expect(otherStarted - started).toBeLessThan(60_000)
  for (const each of [child, other]) each.kill('SIGKILL')
  await Promise.all([child, other])
})
