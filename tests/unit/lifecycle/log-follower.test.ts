import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LogFollower, logSize } from '../../../src/lifecycle/log-follower.js'
import { tempDir } from '../../support/temp-dir.js'

const line = (kind: string): string =>
  `{"timestamp":"t","level":"info","service":"s","kind":"${kind}","message":"m"}\n`

const kinds = (log: LogFollower): string[] => log.read().map(({ kind }) => kind)

test('gives whole entries once, also where a line came in two pieces', () => {
  const file = join(tempDir(), 'tracker.log')
  const log = new LogFollower(file, logSize(file))
  expect(kinds(log)).toEqual([])
  writeFileSync(file, line('a') + line('b').slice(0, 20))
  expect(kinds(log)).toEqual(['a'])
  appendFileSync(file, `${line('b').slice(20)}not json\n${line('c')}`)
  expect(kinds(log)).toEqual(['b', 'c'])
  expect(kinds(log)).toEqual([])
})

test('begins where it is told and starts anew when the file got shorter', () => {
  const file = join(tempDir(), 'tracker.log')
  writeFileSync(file, line('old'))
  const log = new LogFollower(file, logSize(file))
  expect(kinds(log)).toEqual([])
  truncateSync(file, 0)
  appendFileSync(file, line('n'))
  expect(kinds(log)).toEqual(['n'])
})
