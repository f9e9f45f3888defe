/** docs/operations.md names every setting, and gives the defaults of those that draw lines for the monitor. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALERT_SETTINGS } from '../../../src/shared/runtime/config/alert-settings.js'
import { HEALTH_SETTINGS } from '../../../src/shared/runtime/config/health-settings.js'
import { SETTINGS } from '../../../src/shared/runtime/config/settings.js'

const OPERATIONS = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8')

/** The row of the table in which a name stands, cell by cell. */
const rowWith = (name: string): string[] =>
  OPERATIONS.split('\n')
    .find((line) => line.startsWith('|') && line.includes(`\`${name}\``))
    ?.split('|')
    .map((cell) => cell.trim()) ?? []

const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')

test('every variable of the environment is named', () => {
  const missing = Object.values(SETTINGS)
    .flatMap(({ env }) => env)
    .filter((name) => !OPERATIONS.includes(name.replace(/^ORDERSCOPE_(?=HEALTH|ALERT)/, '')))
  expect(missing).toEqual([])
})

for (const { env, yaml, default: value } of Object.values({ ...HEALTH_SETTINGS, ...ALERT_SETTINGS })) {
  test(`${yaml} stands beside its variable and its default`, () => {
    const name = env[0]?.replace('ORDERSCOPE_', '') ?? ''
    const [, names, keys, defaults] = rowWith(name)
    const at = namesIn(names).indexOf(name)
    expect(`monitor.${namesIn(keys)[at]}`).toBe(yaml)
    expect(defaults?.split(', ')[at]).toBe(String(value))
  })
}
