/**
 * `npm run bench -- [ROW...]`: measures what README and design promise beside Kafka's own tools and its like, prints
 * it, writes bench/results/ROW.json and the row's part of docs/benchmarks.md. Ctrl-C leaves nothing running.
 */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import yargs from 'yargs'
import { projectFolder } from '../src/lifecycle/folders.js'
import { errorText } from '../src/shared/runtime/errors.js'
import { reportOf, rowText, writePart, writeReport } from './report.js'
import type { BenchRow } from './row.js'
import { Stage } from './stage.js'

interface Bench {
  about: string
  /** It runs only where it is named. */
  isLong?: true
  load(): Promise<{
    measure(stage: Stage): Promise<BenchRow[]>
    /** An SVG of the rows, written beside the tables as `benchmarks-ROW.svg`. */
    picture?(rows: BenchRow[]): string
  }>
}

const BENCHES: Record<string, Bench> = {
  tracker: {
    about: 'drain a topic, beside kafka-consumer-perf-test',
    load: () => import('./rows/tracker.js'),
  },
  producer: {
    about: 'orders as fast as it goes, beside kafka-producer-perf-test, and at a pace',
    load: () => import('./rows/producer.js'),
  },
  latency: {
    about: 'from an event to its durable line and to the commit, at 1,000/s',
    load: () => import('./rows/latency.js'),
  },
  idle: { about: 'what tracker and producer cost with little to do', load: () => import('./rows/idle.js') },
  journal: {
    about: 'verify and search a journal of 1 GiB, beside openssl and jq',
    load: () => import('./rows/journal.js'),
  },
  growth: {
    about: 'cost of a record at 10^5 and 10^6 records; --records 10000000 adds 10^7',
    load: () => import('./rows/growth.js'),
  },
  startup: {
    about: './start.sh to the first journaled order, orderscope --help',
    load: () => import('./rows/startup.js'),
  },
  monitor: {
    about: 'what a person sees and when, in a terminal of 200x50',
    load: () => import('./rows/monitor.js'),
  },
  day: {
    about: 'memory of a monitor that is left open: 60 minutes at 1,000/s; runs where it is named',
    isLong: true,
    load: () => import('./rows/day.js'),
  },
  follow: {
    about: 'start to first record, produced to printed',
    load: () => import('./rows/follow.js'),
  },
  recovery: {
    about: 'back at work after a kill, an outage, a stop',
    load: () => import('./rows/recovery.js'),
  },
}

const ROUNDS = 3

interface Asked {
  names: string[]
  results: string
  /** Null leaves the page as it is. */
  docs: string | null
}

/** Reads the command line; yargs ends the process for `--help` and for what it does not understand. */
function parse(): Asked & { stage: Stage } {
  const list = Object.entries(BENCHES).map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  const args = yargs(process.argv.slice(2))
    .scriptName('npm run bench --')
    .usage(`$0 [ROW...]\n\nRows, all but the long one where none is named:\n${list.join('\n')}`)
    .option('records', { type: 'number', describe: 'records of a run; default: as the row needs them' })
    .option('seconds', { type: 'number', describe: 'how long a row watches; default: as it needs' })
    .option('rounds', { type: 'number', default: ROUNDS, describe: 'runs of each side, in turns' })
    .option('results', { type: 'string', default: join('bench', 'results'), describe: 'folder of ROW.json' })
    .option('docs', {
      type: 'string',
      describe:
        'Markdown file to put the tables in; default: docs/benchmarks.md, where sizes are not changed',
    })
    .check(({ _, records, seconds, rounds, results, docs }) => {
      const unknown = _.filter((name) => !Object.hasOwn(BENCHES, String(name)))
      if (unknown.length > 0)
        throw new Error(`there is no row "${unknown[0]}"; there are: ${Object.keys(BENCHES).join(', ')}`)
      for (const [name, value] of Object.entries({ results, docs })) {
        if (Array.isArray(value)) throw new Error(`--${name} is given ${value.length} times; give it once`)
      }
      for (const [name, value] of Object.entries({ records, seconds, rounds })) {
        if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
          throw new Error(`--${name} is ${value}; expected a whole number from 1`)
      }
      return true
    })
    .strictOptions()
    .version(false)
    .wrap(110)
    .parseSync()
  const { records = null, seconds = null, rounds } = args
  const isWhole = records === null && seconds === null && rounds >= ROUNDS
  return {
    names:
      args._.length > 0 ? args._.map(String) : Object.keys(BENCHES).filter((name) => !BENCHES[name]?.isLong),
    results: args.results,
    docs: args.docs ?? (isWhole ? join(projectFolder, 'docs', 'benchmarks.md') : null),
    stage: new Stage({ records, seconds, rounds }),
  }
}

async function runAll({ names, results, docs }: Asked, stage: Stage): Promise<void> {
  for (const name of names) {
    const bench = await BENCHES[name]!.load()
    const rows = await bench.measure(stage)
    const report = await reportOf(name, stage.options, rows)
    const svg = bench.picture?.(rows) ?? null
    const picture = svg === null ? null : `benchmarks-${name}.svg`
    // Written after each row, because the next one may fail.
    const file = writeReport(results, report)
    if (docs !== null) writePart(docs, report, picture)
    const folders = docs === null ? [results] : [results, dirname(docs)]
    if (svg !== null) for (const folder of folders) writeFileSync(join(folder, `${picture}`), svg)
    process.stdout.write(
      `${name}, ${report.date}, ${report.machine.cores} x ${report.machine.cpu}: ${file}\n`,
    )
    for (const row of report.rows) process.stdout.write(`  ${rowText(row)}\n`)
  }
}

const { stage, ...asked } = parse()
const stopped = new Promise<NodeJS.Signals>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve)
})
let signal: NodeJS.Signals | null = null
try {
  signal = await Promise.race([runAll(asked, stage).then(() => null), stopped])
} catch (error) {
  process.stderr.write(`[bench] ${errorText(error)}\n`)
  process.exitCode = 1
} finally {
  await stage.dispose()
}
// A second signal during the clean-up has ended the process already.
if (signal !== null) process.kill(process.pid, signal)
