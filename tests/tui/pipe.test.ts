/** The built monitor at the end of a pipe: plain lines instead of a screen. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startCli } from '../support/cli.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

test('a pipe gets a line when the figures moved, and each alarm and error once', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(12, { timeMs: Date.now() }))
  files.appendLog(
    files.log(1, { kind: 'tracker.failed', level: 'error', message: 'of an earlier day' }),
    files.metrics(Date.now()),
  )
  const monitor = startCli(['monitor'], { dir })
  await monitor.printed(/received 12, accepted 12, rejected 0, .* lag 0, tracker consuming\n/)
  files.appendEvents(files.orders(3, { timeMs: Date.now() }), Buffer.from('not an entry\n'))
  files.appendLog(
    files.log(Date.now(), { kind: 'tracker.failed', level: 'error', message: 'boom \u001b[31m' }),
  )
  await monitor.printed(/received 15/)
  await monitor.printed(/CRITICAL journal: 1 line that is no entry/)
  await monitor.printed(/ERROR boom/)
  files.appendEvents(files.orders(1, { timeMs: Date.now() }))
  await monitor.printed(/received 16/)
  expect(monitor.stdout.match(/no entry/g)).toHaveLength(1)
  expect(monitor.stdout.match(/received 12/g)).toHaveLength(1)
  expect(monitor.stdout).not.toContain('earlier day')
  expect(monitor.stdout).not.toContain('\u001b')
  expect(monitor.stderr).toBe('')
})

test('it waits for a journal that is not there, and tells when it has gone', async () => {
  const dir = tempDir()
  const monitor = startCli(['monitor'], { dir })
  await monitor.printed(/waiting for .*tracker\.events/)
  const files = new TrackerFiles(dir)
  files.appendEvents(files.opened(Date.now()), files.orders(2, { timeMs: Date.now() }))
  await monitor.printed(/received 2/)
  rmSync(files.eventsFile)
  await monitor.printed(/CRITICAL journal: .* is gone/)
  expect(monitor.stdout.match(/waiting for/g)).toHaveLength(1)
})

test('a reader that goes away ends it quietly', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(1, { timeMs: Date.now() }))
  const monitor = startCli(['monitor'], { dir, wrapper: ['sh', '-c', '"$@" | head -n 1', 'sh'] })
  await monitor.printed(/received 1/)
  files.appendEvents(files.orders(1, { timeMs: Date.now() }))
  expect(await monitor.ended).toMatchObject({ exit: 0, stderr: '' })
})
