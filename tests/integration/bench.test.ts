/** The bench program itself, at a size that says nothing about speed. */
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import type { Report } from '../../bench/report.js'
import { cleanEnv } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { projectFolder } from '../support/source.js'
import { tempDir } from '../support/temp-dir.js'

/** Starts `bench/run.ts` as `npm run bench` does; whatever it leaves behind is below `TMPDIR`. */
function startBench(args: string[], temporary: string, results = temporary) {
  const hooks = join(projectFolder, 'tests', 'support', 'fixtures', 'source-resolution.mjs')
  const bench = execa(
    process.execPath,
    ['--import', hooks, join(projectFolder, 'bench', 'run.ts'), '--results', results, ...args],
    {
      env: { ...cleanEnv(), TMPDIR: temporary },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: 110_000,
    },
  )
  onTestFinished(async () => {
    bench.kill('SIGTERM')
    await bench
  })
  return bench
}

/** Processes that work below a folder. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    } catch {
      return false
    }
  })
}

test('a row runs beside its reference and leaves its samples and its table, and nothing else', async () => {
  const [dir, results] = [tempDir(), tempDir()]
  const docs = join(results, 'page.md')
  writeFileSync(docs, 'prose\n<!-- bench:tracker -->\n<!-- /bench:tracker -->\nmore\n')
  const args = ['tracker', '--records', '2000', '--rounds', '1', '--docs', docs]
  const { exitCode, stderr, stdout } = await startBench(args, dir, results)
  expect(exitCode, stderr).toBe(0)
  expect(stdout).toContain('kafka-consumer-perf-test')

  const report = JSON.parse(readFileSync(join(results, 'tracker.json'), 'utf8')) as Report
  expect(report).toMatchObject({ schema: 1, bench: 'tracker', settings: { records: 2_000, rounds: 1 } })
  expect(Date.parse(report.date)).toBeGreaterThan(Date.now() - 600_000)
  const drain = report.rows.find(({ name }) => name === 'drain, start to end of the process, 3 partitions')
  // 2,000 records in at least a tenth of a second, and within the time that this test has.
  expect(drain?.median).toBeGreaterThan(2_000 / 110)
  expect(drain?.median).toBeLessThan(20_000)
  expect(drain?.ratio).toBeCloseTo(drain!.samples[0]! / drain!.reference!.samples[0]!, 6)
  expect(readFileSync(docs, 'utf8')).toMatch(
    /^prose\n<!-- bench:tracker -->\n[\s\S]*\| drain, [\s\S]*-->\nmore\n$/,
  )
  expect(readdirSync(dir)).toEqual([])
})

test('Ctrl-C ends the broker and whatever is measured on it, and deletes what was written', async () => {
  const dir = tempDir()
  const bench = startBench(['tracker', '--records', '5000000'], dir)
  // While the topic is filled, which would take minutes.
  await eventually(() => processesIn(dir).length >= 2, { deadlineMs: 60_000, message: 'broker and producer' })
  bench.kill('SIGINT')
  expect(await bench).toMatchObject({ signal: 'SIGINT' })
  expect(processesIn(dir)).toEqual([])
  expect(readdirSync(dir)).toEqual([])
})

test('a row that does not exist is named, with those that do', async () => {
  const { exitCode, stderr } = await startBench(['trakcer'], tempDir())
  expect(exitCode).not.toBe(0)
  expect(stderr).toMatch(/no row "trakcer".*tracker/)
})
