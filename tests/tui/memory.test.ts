/**
 * The built monitor remembers what was chosen by keys, says what it cannot, has the keys that a person set, and touches
 * nothing outside a terminal.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 120, rows: 30 }

function journal(): { dir: string; env: { XDG_STATE_HOME: string }; path: string } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const start = Date.now() - 1000
  files.writeEvents(files.opened(start), files.orders(20, { timeMs: start, stepMs: 10 }))
  files.appendLog(files.metrics(Date.now()))
  const env = { XDG_STATE_HOME: join(dir, 'memory') }
  return { dir, env, path: join(env.XDG_STATE_HOME, 'orderscope', 'monitor.json') }
}

test('view and times are as they were left, a flag wins, and what was searched for is forgotten', async () => {
  const { dir, env, path } = journal()
  const first = startInPty(['monitor'], { dir, env, ...SIZE })
  await first.shows(/received\s+20/)
  first.type('3t')
  await first.shows(/UTC/)
  // While it runs: a crash would not take it away.
  await eventually(() => existsSync(path), { deadlineMs: 10_000, message: () => `${path} to be written` })
  first.type('/latte\r')
  await first.shows(/Found latte/)
  first.type('\u001b')
  // Alone it is Esc, with a digit behind it Alt and the digit.
  await first.shows(/Events/)
  first.type('3q')
  await first.ended
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ format: 1, view: 'lag', time_style: 'utc' })

  const second = startInPty(['monitor'], { dir, env, ...SIZE })
  const shown = await second.shows(/Lag[^\n]*as of/)
  expect(shown).toMatch(/\d UTC$/m)
  expect(shown).not.toContain('latte')
  second.type('q')
  await second.ended

  const flagged = startInPty(['monitor', '--view', 'journal'], { dir, env, ...SIZE })
  await flagged.shows(/Files/)
  flagged.type('q')
  await flagged.ended
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ view: 'lag' })
})

test('what cannot be understood is told in the footer until the next key, and left as it is', async () => {
  const { dir, env, path } = journal()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '{"format":2}')
  const monitor = startInPty(['monitor'], { dir, env, ...SIZE, columns: 200 })
  await monitor.shows(/nothing is remembered: .* is of a newer version \(format 2\)/)
  monitor.type('2')
  await monitor.shows(/LIVE/)
  monitor.type('q')
  expect(await monitor.ended).toMatchObject({ exitCode: 0 })
  expect(readFileSync(path, 'utf8')).toBe('{"format":2}')
})

test('--once, --json and pipes neither read nor write it', async () => {
  const { dir, env, path } = journal()
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '{"format":1,"view":"journal"}')
  const once = await runCli(['monitor', '--once'], { dir, env })
  expect(once.stdout).toContain('Throughput')
  writeFileSync(path, 'broken')
  for (const flag of ['--once', '--json']) {
    expect(await runCli(['monitor', flag], { dir, env })).toMatchObject({ exit: 0, stderr: '' })
  }
  expect(readFileSync(path, 'utf8')).toBe('broken')
})

test('keys are those that a person set, in what they do, the hints and the help; a wrong one ends the start with 78', async () => {
  const { dir, env } = journal()
  const home = join(dir, 'config')
  const path = join(home, 'orderscope', 'monitor.json')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, '{"keys":{"quit":["Q","ctrl+c"],"view_lag":["f3"],"zoom":["ctrl+f"]}}')
  const withKeys = { dir, env: { ...env, XDG_CONFIG_HOME: home }, ...SIZE }
  const monitor = startInPty(['monitor'], withKeys)
  // A frame may come in pieces, its last row after its first.
  await monitor.shows(/received\s+20[\s\S]*F3 Lag.*Ctrl-F enlarge.*Q quit/)
  monitor.type('q\u001bOR')
  await monitor.shows(/Lag[^\n]*as of/)
  monitor.type('?')
  await monitor.shows(/Help[\s\S]*1 2 F3 4 5 6 +overview/)
  monitor.type('Q')
  expect(await monitor.ended).toMatchObject({ exitCode: 0 })
  expect(readFileSync(path, 'utf8')).toContain('"view_lag":["f3"]')

  writeFileSync(path, '{"keys":{"zoom":["p"]}}')
  const refused = startInPty(['monitor'], withKeys)
  expect(await refused.ended).toMatchObject({ exitCode: 78 })
  expect(await refused.screen.text()).toContain('key "p" is of "zoom" (p) and of "hold" (p)')
  // Nobody presses keys there.
  expect(await runCli(['monitor', '--json'], withKeys)).toMatchObject({ exit: 0 })
})
