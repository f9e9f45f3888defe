/** docs/operations.md names every action of the monitor that can be given other keys, as the table of keys has it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ActionName, DEFAULT_KEYS } from '../../../src/monitor/model/key-map.js'
import { KEY_SECTIONS } from '../../../src/monitor/model/keys.js'

const OPERATIONS = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

test('the actions, their keys and what they do stand in the order of the help', () => {
  const rows = KEY_SECTIONS.flatMap(({ rows }) => rows).map(({ runs, does }) => {
    const actions = Object.keys(runs) as ActionName[]
    return `| ${code(actions)} | ${code(actions.flatMap((action) => DEFAULT_KEYS[action]))} | ${does} |`
  })
  const [, section = ''] = OPERATIONS.split('\n## Keys of the monitor\n')
  const [body = ''] = section.split('\n## ')
  const [_heading, _rule, ...written] = body.split('\n').filter((line) => line.startsWith('|'))
  expect(written).toEqual(rows)
})
