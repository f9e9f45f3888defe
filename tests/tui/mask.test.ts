/** `--mask`: no byte of a customer on any way out of the built monitor. Each way is seen to leak without it. */
import { expect, test } from 'vitest'
import type { ViewName } from '../../src/monitor/model/views.js'
import { runCli } from '../support/cli.js'
import { startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../support/tracker-files.js'

const CANARY = /canary/i
const PERSON = {
  customer_info: {
    customer_id: 'client03',
    name: 'Canary Jones',
    email: 'canary@example.org',
    phone: '+33 canary',
    address: '1 Canary Wharf',
    loyalty_level: 'gold',
  },
  shipping_address: '2 Canary Wharf',
  billing: { name: 'Canary' },
}

/** Orders of one customer: good ones, one whose sum is wrong, one that is no JSON. */
function canaryJournal(): string {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const timeMs = Date.now()
  files.writeEvents(
    files.opened(timeMs),
    ...[0, 1, 2].map((n) => files.record(orderPayload(n, PERSON), { timeMs })),
    files.record(orderPayload(3, { ...PERSON, total: 1 }), { timeMs }),
    files.record(Buffer.from('{"name": "Canary Jones", '), { timeMs }),
    files.record(orderPayload(4, PERSON), { timeMs }),
  )
  files.appendLog(
    files.metrics(timeMs),
    files.log(timeMs, {
      level: 'error',
      kind: 'some.failure',
      message: 'cannot write to canary@example.org',
    }),
  )
  return dir
}

/** Views that show something of a customer, or of what a rejected record held. */
const LEAKING: ViewName[] = ['overview', 'live', 'business', 'problems']

for (const view of LEAKING) {
  test(`--once of the ${view} view`, async () => {
    const dir = canaryJournal()
    const args = ['monitor', '--once', '--view', view, '--size', '200x50']
    const [open, masked] = await Promise.all([runCli(args, { dir }), runCli([...args, '--mask'], { dir })])
    expect(open.stdout).toMatch(CANARY)
    expect(masked.stdout).not.toMatch(CANARY)
    expect(masked.stdout).toContain('masked')
  })
}

test('--json', async () => {
  const dir = canaryJournal()
  const [open, masked] = await Promise.all([
    runCli(['monitor', '--json'], { dir }),
    runCli(['monitor', '--json', '--mask'], { dir }),
  ])
  expect(open.stdout).toMatch(CANARY)
  expect(masked.stdout).not.toMatch(CANARY)
  expect(JSON.parse(masked.stdout)).toMatchObject({ schema: 1, masked: true, totals: { records: 6 } })
})

test('the business figures that a monitor begins with', async () => {
  const monitor = startInPty(['monitor', '--mask', '--view', 'business'], {
    dir: canaryJournal(),
    columns: 200,
    rows: 50,
  })
  await monitor.shows(/Customers[\s\S]*customer [0-9a-f]{6}/)
  monitor.type('q')
  await monitor.ended
  expect(monitor.screen.raw).not.toMatch(CANARY)
})

test('the live screen: lists, detail of a good and of a rejected record, what a search finds', async () => {
  const dir = canaryJournal()
  const monitor = startInPty(['monitor', '--mask', '--view', 'live'], { dir, columns: 200, rows: 50 })
  await monitor.shows(/masked[\s\S]*customer [0-9a-f]{6}/)
  for (const [keys, shown] of [
    ['\r', /Detail[\s\S]*payload, verbatim[\s\S]*"total"/],
    ['\u001b', /─ Events/],
    ['E\r', /Detail[\s\S]*not_json[\s\S]*\*\*\*/],
    ['\u001b', /─ Events/],
    ['E\r', /Detail[\s\S]*total_mismatch[\s\S]*payload, verbatim/],
    ['\u001b', /─ Events/],
    ['/"sequence":2,\r', /Found [\s\S]*customer .*#2 /],
    ['4', /Customers[\s\S]*customer [0-9a-f]{6}/],
    ['5', /total_mismatch/],
    ['2:#3\r', /customer [0-9a-f]{6}[\s\S]*PAST/],
    ['4', /Customers[\s\S]*customer [0-9a-f]{6}/],
  ] as const) {
    monitor.type(keys)
    await monitor.shows(shown)
  }
  monitor.type('q')
  await monitor.ended
  expect(monitor.screen.raw).not.toMatch(CANARY)
})
