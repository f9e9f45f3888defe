/** `--record`: what was on the screen, played again, and nobody's name in it. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { Screen, startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 120, rows: 40 }

function journal(): { dir: string; cast: string } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  files.writeEvents(files.opened(Date.now()), files.orders(7, { timeMs: Date.now() }))
  return { dir, cast: join(dir, 'incident.cast') }
}

test('what was on the screen is played again, its sizes too, and holds no names', async () => {
  const { dir, cast } = journal()
  const monitor = startInPty(['monitor', '--view', 'live', '--record', cast], { dir, ...SIZE })
  await monitor.shows(/EUR/)
  const larger = { columns: 130, rows: 42 }
  monitor.resize(larger)
  await monitor.shows(/─{122}/)
  monitor.type('q')
  expect((await monitor.ended).exitCode).toBe(0)

  expect(statSync(cast).mode & 0o777).toBe(0o600)
  const text = readFileSync(cast, 'utf8')
  expect(text).not.toMatch(/client0\d/)
  const [header, ...events] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(header).toMatchObject({ version: 2, width: SIZE.columns, height: SIZE.rows })
  const played = new Screen(SIZE)
  for (const [, code, data] of events) {
    if (code === 'o') played.write(data)
    else played.resize(larger)
  }
  // As the process ends the cursor is shown once more.
  expect(monitor.screen.raw.replace(/(?:\u001b\[\?25h)+$/, '')).toBe(
    played.raw.replace(/(?:\u001b\[\?25h)+$/, ''),
  )
  expect(events.filter(([, code]) => code === 'r')).toEqual([[expect.any(Number), 'r', '130x42']])
  const times = events.map(([time]) => time)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
})

test('a file that is there is not overwritten, and a pipe cannot be recorded', async () => {
  const { dir, cast } = journal()
  writeFileSync(cast, 'mine')
  const monitor = startInPty(['monitor', '--record', cast], { dir, ...SIZE })
  expect((await monitor.ended).exitCode).toBe(74)
  expect(monitor.screen.raw).toContain('is there already and is not overwritten')
  expect(readFileSync(cast, 'utf8')).toBe('mine')
  const piped = await runCli(['monitor', '--record', join(dir, 'other.cast')], { dir })
  expect(piped).toMatchObject({ exit: 2, stderr: expect.stringContaining('needs a terminal') })
})
