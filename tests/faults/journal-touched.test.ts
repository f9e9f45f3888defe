/**
 * Row 25. Goal: a tracker never writes to a journal that is not where it was, or not what it was.
 * Method: the journal of a running, idle tracker is removed, moved, replaced, linked, given another mode, appended to.
 * Expected: noticed within a second (3 s allowed here), exit 74, one line that says what happened; the moved file
 * verifies; put back as it was, the next start goes on, 0 lost, 0 twice.
 */
import { appendFileSync, chmodSync, copyFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, recordFaults } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { runningTracker, trackerSetup } from '../support/tracker.js'

interface Touch {
  what: string
  says: RegExp
  touch(events: string, aside: string): void
  /** Makes it what it was; the copy in `aside` is the journal before. */
  undo(events: string, aside: string): void
}

const putBack = (events: string, aside: string): void => {
  rmSync(events, { force: true })
  renameSync(aside, events)
}

const TOUCHES: Touch[] = [
  { what: 'removed', says: /moved or removed/, touch: (events) => rmSync(events), undo: putBack },
  {
    what: 'moved',
    says: /moved or removed/,
    touch: (events) => renameSync(events, `${events}.elsewhere`),
    undo: putBack,
  },
  {
    what: 'replaced by a copy',
    says: /another file has its name/,
    touch: (events, aside) => {
      rmSync(events)
      copyFileSync(aside, events)
    },
    undo: () => {},
  },
  {
    what: 'replaced by a link',
    says: /replaced by a symbolic link/,
    touch: (events) => {
      renameSync(events, `${events}.real`)
      symlinkSync(`${events}.real`, events)
    },
    undo: (events) => {
      rmSync(events)
      renameSync(`${events}.real`, events)
    },
  },
  {
    what: 'made writable for all',
    says: /owner and mode were \d+:\d+ 0600 and are now \d+:\d+ 0666/,
    touch: (events) => chmodSync(events, 0o666),
    undo: (events) => chmodSync(events, 0o600),
  },
  {
    what: 'appended to',
    says: /another program wrote to it/,
    touch: (events) => appendFileSync(events, 'x'),
    undo: () => {},
  },
]

test.each(TOUCHES)(
  'a journal that was $what is noticed at once, and nothing is lost',
  async ({ says, touch, undo }) => {
    const setup = trackerSetup()
    const { brokers, dir, events, names } = setup
    const aside = join(dir, 'aside')
    await createTopic(brokers, names.topic, 1)
    const tracker = await runningTracker(setup)
    await produce(brokers, names.topic, orderMessages(1, 50))
    const before = await readTopic(brokers, names.topic)
    await eventually(() => recordFaults(events, names.topic, before).length === 0, {
      message: 'records before',
    })
    copyFileSync(events, aside)

    const touchedAt = performance.now()
    touch(events, aside)
    const { exit, stderr } = await tracker.ended
    expect(performance.now() - touchedAt).toBeLessThan(3_000)
    expect(exit).toBe(74)
    expect(stderr).toMatch(says)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)

    undo(events, aside)
    await produce(brokers, names.topic, orderMessages(51, 100))
    const next = await runCli(['tracker', '--exit-at-end'], setup)
    expect(next.exit, next.stderr).toBe(0)
    const records = await readTopic(brokers, names.topic)
    const judged = judgeJournal({ events, topic: names.topic, records })
    expect(judged.faults).toEqual([])
    reportRow(25, judged)
  },
)
