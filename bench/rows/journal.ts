/**
 * How fast a journal is verified and searched, beside programs that only hash it or only parse it.
 *
 * `journal verify` hashes every line, parses it and checks the chain; `openssl dgst -sha256` hashes the file. `journal cat
 * --where` and `jq` are asked for the same records, and have to find as many.
 */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { cleanEnv } from '../../tests/support/cli.js'
import { bundled } from '../bundled.js'
import { makeJournal } from '../journal-maker.js'
import type { MeasuredRun } from '../measured-run.js'
import type { BenchRow } from '../row.js'
import { inTurns, type Stage } from '../stage.js'

const BYTES = 2 ** 30
const WHERE = 'order.total > 50 && order.status == "shipped"'
const JQ = 'select(.order_full.total > 50 and .order_full.status == "shipped")'

/** Verifies in one thread; the command takes as many as there are cores. */
const ONE_THREAD = `
const { verifyFiles } = await import(process.argv[1])
const { bad, state } = verifyFiles([process.argv[2]])
if (bad) throw new Error(JSON.stringify(bad))
console.log(state.totals.records)`

/** Both halves on one journal of 1 GiB, or of `--records`. */
export async function measure(stage: Stage): Promise<BenchRow[]> {
  const { records } = stage.options
  const dir = stage.folder('journal')
  stage.say(`journal: writing ${records === null ? '1 GiB' : `${records} records`}`)
  await makeJournal(dir, records === null ? { bytes: BYTES } : { records })
  return [...(await verifying(stage, dir)), await searching(stage, dir)]
}

async function verifying(stage: Stage, dir: string): Promise<BenchRow[]> {
  const file = join(dir, 'tracker.events')
  const rate = speedOf(file)
  const [verifyModule = ''] = await bundled(stage.folder('bundled'), 'src/shared/journal/verify.ts')
  const run = (command: string, ...args: string[]): Promise<MeasuredRun> =>
    stage.run({ command, args, cwd: dir, env: cleanEnv() })
  stage.say('journal: verify')
  const runs = await inTurns(stage.options.rounds, {
    thread: () =>
      run(process.execPath, '--input-type=module', '--eval', ONE_THREAD, '--', verifyModule, file),
    threads: () => stage.orderscope(['journal', 'verify'], { dir }),
    openssl: () => run('openssl', 'dgst', '-sha256', file),
    sha256sum: () => run('sha256sum', file),
  })
  const openssl = { name: 'openssl dgst -sha256', samples: runs.openssl.map(rate) }
  const peak = (run: MeasuredRun): number => (run.peakBytes ?? Number.NaN) / 2 ** 20
  return [
    {
      name: 'journal verify, one thread',
      unit: 'MB/s',
      samples: runs.thread.map(rate),
      reference: openssl,
      target: { is: 'at least', value: 0.25, of: 'ratio' },
    },
    {
      name: 'journal verify, threads',
      unit: 'MB/s',
      samples: runs.threads.map(rate),
      reference: openssl,
      target: { is: 'at least', value: 0.5, of: 'ratio' },
    },
    {
      name: 'journal verify, threads',
      unit: 'MB/s',
      samples: runs.threads.map(rate),
      reference: { name: 'sha256sum', samples: runs.sha256sum.map(rate) },
    },
    { name: 'journal verify, threads: peak memory', unit: 'MiB', samples: runs.threads.map(peak) },
  ]
}

async function searching(stage: Stage, dir: string): Promise<BenchRow> {
  const file = join(dir, 'tracker.events')
  const rate = speedOf(file)
  const into = async (name: string, command: string, args: string[]): Promise<MeasuredRun> => {
    const stdout = openSync(join(dir, name), 'w')
    try {
      return await stage.run({ command, args, cwd: dir, env: cleanEnv(), stdout })
    } finally {
      closeSync(stdout)
    }
  }
  stage.say('journal: cat --where and jq')
  const cli = join(projectFolder, 'dist', 'cli.js')
  const { ours, jq } = await inTurns(stage.options.rounds, {
    ours: () => into('cat.out', process.execPath, [cli, 'journal', 'cat', '--where', WHERE, file]),
    jq: () => into('jq.out', 'jq', ['-c', JQ, file]),
  })
  const [found, expected] = [linesIn(join(dir, 'cat.out')), linesIn(join(dir, 'jq.out'))]
  if (found !== expected || found === 0) throw new Error(`journal cat found ${found} records, jq ${expected}`)
  return {
    name: 'journal cat --where',
    unit: 'MB/s',
    samples: ours.map(rate),
    reference: { name: 'jq select', samples: jq.map(rate) },
    target: { is: 'at least', value: 5, of: 'ratio' },
  }
}

/** Bytes of the file over the time of a run, in MB/s. */
function speedOf(file: string): (run: MeasuredRun) => number {
  const { size } = statSync(file)
  return ({ wallMs }) => size / 1_000 / wallMs
}

const linesIn = (file: string): number => readFileSync(file, 'latin1').split('\n').length - 1
