/**
 * Row 26. Goal: whoever changes a journal is found, by our checker and by one that nobody has to trust us for.
 * Method: 10,000 journals, each changed once: edited, deleted, inserted, swapped, doubled, appended to behind the hash, cut
 * inside a line; and, with the chain made anew or cut at a line's end, compared with heads that were kept elsewhere.
 * Expected: every one is found at its exact line by both checkers, which say the same; without heads the last two pass.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyFiles } from '../../src/shared/journal/verify.js'
import { FakeClock } from '../support/fake-clock.js'
import { type Forgery, forgeries, type Mutant, mutants, seeded } from '../support/journal-mutants.js'
import { openJournal, record, records } from '../support/journal-records.js'
import { reportRow } from '../support/matrix.js'
import { tempDir } from '../support/temp-dir.js'

const CHANGED = 8_000
const FORGED = 2_000
const SMALL = { key: Buffer.from('k'), headers: [] }

/** Records of every kind, a checkpoint between them. */
async function smallJournal(): Promise<Buffer> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const clock = new FakeClock()
  const writer = await openJournal(eventsFile, { clock })
  await writer.enterCluster('A', [])
  await writer.append(records(0, 1))
  const values = ['no JSON', null, '{"a":1}', '{"a":{},"hash":"x","seq":1}', Buffer.from([0xff, 0x0a])]
  await writer.append(values.map((value, index) => record(2 + index, { ...SMALL, value })))
  clock.advance(60_000)
  await writer.checkpointIfDue()
  await writer.append(records(9, 10))
  await writer.close()
  return readFileSync(eventsFile)
}

/** Checks the journals with docs/verify.py, all in one process; the bad line of each. */
class Independent {
  readonly #dir = tempDir()
  readonly #path = (name: string): string => join(this.#dir, name)
  #journals: Buffer[] = []
  #index = ''

  add(bytes: Buffer, heads: Forgery['heads']): void {
    this.#journals.push(bytes)
    this.#index += `${JSON.stringify({ bytes: bytes.length, heads: heads.map(({ seq, hash }) => [seq, hash]) })}\n`
    if (this.#journals.length % 1_000 === 0) this.#flush()
  }

  badLines(): (number | null)[] {
    this.#flush()
    const files = ['docs/verify.py', this.#path('journals'), this.#path('index'), this.#path('scratch')]
    const { stdout, stderr } = spawnSync('python3', ['tests/support/fixtures/verify_many.py', ...files], {
      encoding: 'utf8',
      maxBuffer: 1e7,
    })
    expect(stderr).toBe('')
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  #flush(): void {
    appendFileSync(this.#path('journals'), Buffer.concat(this.#journals))
    appendFileSync(this.#path('index'), this.#index)
    this.#journals = []
    this.#index = ''
  }
}

test('of 10,000 changed journals each is found at its line, by verify and by docs/verify.py', async () => {
  const journal = await smallJournal()
  const seed = Number(process.env['MUTANT_SEED'] ?? Date.now() % 1_000_000)
  process.stdout.write(`mutants of seed ${seed} (MUTANT_SEED repeats them)\n`)
  const below = seeded(seed)
  const file = join(tempDir(), 'tracker.events')
  const independent = new Independent()
  const expected: Pick<Mutant, 'what' | 'line'>[] = []
  const judge = ({ what, bytes, line }: Mutant, heads: Forgery['heads']): void => {
    writeFileSync(file, bytes)
    expect(verifyFiles([file], { heads }).bad?.line ?? null, what).toBe(line)
    independent.add(bytes, heads)
    expected.push({ what, line })
  }
  for (const mutant of mutants(journal, CHANGED, below)) judge(mutant, [])
  for (const forgery of forgeries(journal, FORGED, below)) {
    judge(forgery, forgery.heads)
    expect(verifyFiles([file]).bad, forgery.what).toBeNull()
  }
  const found = independent.badLines()
  expect(found).toHaveLength(CHANGED + FORGED)
  for (const [index, { what, line }] of expected.entries()) expect(found[index], what).toBe(line)
  reportRow(26, { lost: 0, duplicated: 0 }, found.length)
})
