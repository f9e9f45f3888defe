/**
 * Goal: whatever file system call fails, the journal on disk verifies, and a later start ends what was begun.
 * Method: one life of a journal is recorded with strace: opening it new, or with a torn end, appending, rotating,
 * closing. Then each call that it made on its files fails once with EIO, each in a run of its own.
 * Expected: success, or a clean stop with 74 and a message (75 where the lock could not be given back); after it a start without faults completes the journal:
 * every record once, chain whole over all files.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { cleanEnv } from '../support/cli.js'
import { type Measured, reportMissing, reportRow } from '../support/matrix.js'
import { judgeJournal } from '../support/oracle.js'
import { callsIn, canTrace, traced } from '../support/strace.js'
import { tempDir } from '../support/temp-dir.js'

if (!canTrace) reportMissing(10, 'strace')

const path = (name: string): string => fileURLToPath(new URL(`../support/fixtures/${name}`, import.meta.url))
/** Some two hundred processes compile the same sources: once is enough. */
const COMPILED = fileURLToPath(new URL('../../.vitest/compiled', import.meta.url))
const RECORDS = 8
const AT_ONCE = 2

interface Story {
  /** A folder whose content is there before it begins. */
  before: string | null
  rotation: 'rotate' | 'stay'
}

async function live(folder: string, rotation: Story['rotation'], wrapper: string[] = []) {
  const [command = '', ...args] = [
    ...wrapper,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    `--import=${path('source-resolution.mjs')}`,
    path('journal-run.ts'),
    join(folder, 'tracker.events'),
    String(RECORDS),
    rotation,
  ]
  const env = { ...cleanEnv(), NODE_COMPILE_CACHE: COMPILED }
  return await execa(command, args, { env, extendEnv: false, reject: false, timeout: 60_000 })
}

/** Every name that a story gives to a file; the folder itself is synced and read too. */
const pathsOf = (folder: string): string[] => [
  folder,
  ...['', '.new', '.000001', '.000002', '.lock', '.lock/owner.json'].map((end) =>
    join(folder, `tracker.events${end}`),
  ),
]

/** What the run would have taken from a topic. */
const records = Array.from({ length: RECORDS }, (_, offset) => ({
  partition: 0,
  offset,
  timestamp: '0',
  key: null,
  value: Buffer.from(JSON.stringify({ n: offset })),
  headers: {},
  headerPairs: [],
}))

/** What is wrong after the `nth` call of a name failed; nothing is as it should be. */
async function fail(story: Story, call: string, nth: number): Promise<Measured & { faults: string[] }> {
  const folder = freshFolder(story)
  const inject = `${call}:error=EIO:when=${nth}`
  const output = join(folder, 'trace')
  const trace = traced({ paths: pathsOf(folder), output, inject })
  const first = await live(folder, story.rotation, trace)
  const faults: string[] = []
  if (!readFileSync(output, 'utf8').includes('(INJECTED)')) faults.push('it did not fail')
  const isCleanStop = (first.exitCode === 74 || first.exitCode === 75) && /EIO|held/.test(first.stderr)
  if (first.exitCode !== 0 && !isCleanStop) faults.push(`exit ${first.exitCode}: ${first.stderr}`)
  const again = await live(folder, story.rotation)
  if (again.exitCode !== 0) faults.push(`the next start: exit ${again.exitCode}: ${again.stderr}`)
  const judged = judgeJournal({ events: join(folder, 'tracker.events'), topic: 'orders', records })
  rmSync(folder, { recursive: true })
  const named = [...faults, ...judged.faults].map((fault) => `${call} ${nth}: ${fault}`)
  return { ...judged, faults: named }
}

function freshFolder({ before }: Story): string {
  const folder = tempDir()
  if (before !== null) cpSync(before, folder, { recursive: true })
  return folder
}

/** A journal of a few records whose last line was torn. */
async function tornJournal(): Promise<string> {
  const folder = tempDir()
  await live(folder, 'stay')
  const events = join(folder, 'tracker.events')
  writeFileSync(events, readFileSync(events).subarray(0, -400))
  return folder
}

test.runIf(canTrace).each(['new', 'torn'] as const)(
  'each file system call of a %s journal fails once, and the journal verifies and is completed',
  { timeout: 600_000 },
  async (kind) => {
    const story: Story =
      kind === 'new'
        ? { before: null, rotation: 'stay' }
        : { before: await tornJournal(), rotation: 'rotate' }
    const folder = freshFolder(story)
    const output = join(folder, 'trace')
    const recorded = await live(folder, story.rotation, traced({ paths: pathsOf(folder), output }))
    expect(recorded.exitCode, recorded.stderr).toBe(0)
    const cases = [...callsIn(output)].flatMap(([call, count]) =>
      Array.from({ length: count }, (_, index) => ({ call, nth: index + 1 })),
    )
    expect(cases.length).toBeGreaterThan(30)

    const outcomes: (Measured & { faults: string[] })[] = []
    const workers = Array.from({ length: AT_ONCE }, async () => {
      for (let next = cases.shift(); next; next = cases.shift()) {
        outcomes.push(await fail(story, next.call, next.nth))
      }
    })
    await Promise.all(workers)
    expect(outcomes.flatMap(({ faults }) => faults)).toEqual([])
    const sum = (of: 'lost' | 'duplicated'): number => outcomes.reduce((total, each) => total + each[of], 0)
    reportRow(10, { lost: sum('lost'), duplicated: sum('duplicated') }, outcomes.length)
  },
)
