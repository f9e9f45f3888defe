/** How long a person waits: from `./start.sh` to the first journaled order, and for `orderscope --help`. */
import { join } from 'node:path'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { cleanEnv } from '../../tests/support/cli.js'
import { freePortPair } from '../../tests/support/ports.js'
import { type MeasuredRun, type Program, startMeasured } from '../measured-run.js'
import type { BenchRow } from '../row.js'
import { inTurns, type Stage } from '../stage.js'

/** A start of Node alone is short; it takes more of them to see through the noise. */
const HELPS_A_ROUND = 5

export async function measure(stage: Stage): Promise<BenchRow[]> {
  const starts: number[] = []
  for (let round = 0; round < stage.options.rounds; round += 1) starts.push(await startOnce(stage))
  return [
    {
      name: './start.sh to the first journaled order, everything cached',
      unit: 'ms',
      samples: starts,
      target: { is: 'at most', value: 10_000, of: 1 },
    },
    ...(await helps(stage)),
  ]
}

/** The command ends when a line was journaled that is newer than itself. */
async function startOnce(stage: Stage): Promise<number> {
  const dir = stage.folder('startup')
  const env = { ...cleanEnv(), ORDERSCOPE_DIR: dir, ORDERSCOPE_KAFKA_PORT: `${await freePortPair()}` }
  const launcher = (name: string, args: string[] = []): Program => {
    return { command: join(projectFolder, name), args, cwd: dir, env }
  }
  // What `up` leaves running is not a child of ours.
  const withdraw = stage.atEnd(() => startMeasured(launcher('stop.sh')).ended)
  stage.say('startup: ./start.sh')
  const { wallMs } = await stage.run(launcher('start.sh', ['--broker', 'local']))
  await stage.run(launcher('stop.sh'))
  withdraw()
  return wallMs
}

async function helps(stage: Stage): Promise<BenchRow[]> {
  const dir = stage.folder('help')
  const run = (command: string, ...args: string[]): Promise<MeasuredRun> =>
    stage.run({ command, args, cwd: dir, env: cleanEnv() })
  stage.say('startup: --help')
  const { launcher, node } = await inTurns(stage.options.rounds * HELPS_A_ROUND, {
    launcher: () => run(join(projectFolder, 'orderscope'), '--help'),
    node: () => run(process.execPath, '--eval', '0'),
  })
  return [
    {
      name: './orderscope --help',
      unit: 'ms',
      samples: launcher.map(({ wallMs }) => wallMs),
      reference: { name: 'node --eval 0', samples: node.map(({ wallMs }) => wallMs) },
      target: { is: 'at most', value: 150, of: 0.5 },
    },
  ]
}
