/** What is remembered from one run to the next: what was chosen and nothing else, and never over what was not understood. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { Memory, recall } from '../../../../src/monitor/memory/memory.js'
import { rememberedIn } from '../../../../src/monitor/memory/remembered.js'
import { DEFAULT_PREFERENCES, type Preferences } from '../../../../src/monitor/model/preferences.js'
import { tempDir } from '../../../support/temp-dir.js'

const file = (): string => join(tempDir(), 'state', 'orderscope', 'monitor.json')

/** A run of the monitor that begins with what is remembered; `problems` are what it told. */
function run(path: string, flags: Partial<Preferences> = {}) {
  const remembered = recall(path)
  const known = 'preferences' in remembered ? remembered.preferences : {}
  const beginning = { ...DEFAULT_PREFERENCES, ...known, ...flags }
  const problems: string[] = []
  const memory = new Memory({ path, remembered, beginning, onProblem: (text) => problems.push(text) })
  const choose = (changes: Partial<Preferences>): void => memory.note({ ...beginning, ...changes })
  return { memory, beginning, problems, choose }
}

function written(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

test('what was chosen is there in the next run, in a file and a folder of one’s own', async () => {
  const path = file()
  const first = run(path)
  const chosen = { theme: 'light', view: 'lag', timeStyle: 'utc', eventColumns: ['seq', 'type'] } as const
  first.choose(chosen)
  await first.memory.close()
  expect(run(path).beginning).toEqual(chosen)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    format: 1,
    view: 'lag',
    theme: 'light',
    time_style: 'utc',
    columns: ['seq', 'type'],
  })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  expect(readdirSync(dirname(path))).toEqual(['monitor.json'])
})

test('a run in which nothing is chosen writes nothing, and neither does one that chooses what it had', async () => {
  const path = file()
  const idle = run(path, { theme: 'contrast' })
  idle.choose({})
  await idle.memory.close()
  expect(() => statSync(path)).toThrow('ENOENT')
  const once = run(path)
  once.choose({ theme: 'safe' })
  await once.memory.close()
  utimesSync(path, 1, 1)
  const again = run(path)
  again.choose({ theme: 'dark' })
  again.choose({})
  await again.memory.close()
  expect(statSync(path).mtimeMs).toBe(1000)
})

test('a flag holds for its run: only what is chosen beside it is remembered', async () => {
  const path = file()
  const first = run(path)
  first.choose({ theme: 'safe' })
  await first.memory.close()
  const flagged = run(path, { theme: 'light', view: 'journal' })
  expect(flagged.beginning).toMatchObject({ theme: 'light', view: 'journal' })
  flagged.choose({ timeStyle: 'age' })
  await flagged.memory.close()
  expect(run(path).beginning).toMatchObject({ view: 'overview', theme: 'safe', timeStyle: 'age' })
})

test('two monitors at once lose nothing that only one of them chose; of the same thing the last one wins', async () => {
  const path = file()
  const [one, other] = [run(path), run(path)]
  one.choose({ theme: 'light', view: 'live' })
  await one.memory.close()
  other.choose({ theme: 'safe' })
  await other.memory.close()
  expect(run(path).beginning).toMatchObject({ theme: 'safe', view: 'live' })
})

test('fields that a later version of the same format added stay in the file', async () => {
  const path = written(file(), '{"format":1,"theme":"light","later":[1,2]}')
  const { memory, choose } = run(path)
  choose({ view: 'lag' })
  await memory.close()
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    format: 1,
    theme: 'light',
    later: [1, 2],
    view: 'lag',
  })
})

for (const [text, problem] of [
  ['{"format":2,"theme":"light"}', 'is of a newer version (format 2)'],
  ['{"format":1,"theme":"solarized"}', 'has a field "theme" that cannot be ("solarized")'],
  ['{"format":1,"view":7}', 'has a field "view" that cannot be (7)'],
  ['{"format":1,"columns":[]}', 'has a field "columns" that cannot be ([])'],
  ['{"format":1,"columns":["seq","seq"]}', 'has a field "columns" that cannot be'],
  ['{"format":1,"columns":["time","price"]}', 'has a field "columns" that cannot be'],
  ['{"theme":"light"}', 'has no "format": 1'],
  ['{"format":1,"th', 'is not JSON'],
  ['null', 'is not a JSON object'],
  ['', 'is not JSON'],
] as const) {
  test(`a file that ${problem}: ${text || 'empty'} is told, taken for nothing and left as it is`, async () => {
    const path = written(file(), text)
    const { memory, beginning, problems, choose } = run(path)
    expect(beginning).toEqual(DEFAULT_PREFERENCES)
    expect(memory.problem).toContain(`nothing is remembered: ${path} ${problem}`)
    choose({ theme: 'light' })
    await memory.close()
    expect(readFileSync(path, 'utf8')).toBe(text)
    // It was told at the beginning.
    expect(problems).toEqual([])
  })
}

test('a file that became another’s while the monitor ran, and one that is read-only, are told once and left alone', async () => {
  const path = file()
  const { memory, problems, choose } = run(path)
  written(path, '{"format":9}')
  choose({ theme: 'light' })
  await memory.close()
  choose({ theme: 'safe' })
  await memory.close()
  expect(problems).toEqual([`nothing is remembered: ${path} is of a newer version (format 9)`])
  expect(readFileSync(path, 'utf8')).toBe('{"format":9}')

  const locked = written(file(), '{"format":1,"theme":"light"}')
  chmodSync(locked, 0o444)
  const second = run(locked)
  expect(second.beginning.theme).toBe('light')
  second.choose({ theme: 'safe' })
  await second.memory.close()
  expect(second.problems).toEqual([`nothing is remembered: ${locked} is read-only`])
  expect(rememberedIn(readFileSync(locked, 'utf8'))).toEqual({ preferences: { theme: 'light' } })
})

test('where nothing can be written or read, that is told', async () => {
  const path = join(written(join(tempDir(), 'a-file'), ''), 'monitor.json')
  const { memory, problems, choose } = run(path)
  expect(memory.problem).toContain('cannot be read (ENOTDIR')
  choose({ theme: 'light' })
  await memory.close()
  expect(problems).toEqual([])
  const folder = file()
  mkdirSync(folder, { recursive: true })
  expect(run(folder).memory.problem).toContain('cannot be read (EISDIR')
})
