/** Answers come at once, once more when the index knows what lies before, and whatever state the files are in. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { type MomentAnswer, MomentSession } from '../../../../src/monitor/moment/moment-session.js'
import { compressSealed } from '../../../../src/shared/journal/sealed/compress.js'
import { eventually } from '../../../support/eventually.js'
import { tempDir } from '../../../support/temp-dir.js'
import { TrackerFiles } from '../../../support/tracker-files.js'

const T0 = Date.parse('2026-11-21T02:15:00.000Z')

function open(files: TrackerFiles): { session: MomentSession; answers: MomentAnswer[] } {
  const answers: MomentAnswer[] = []
  const session = new MomentSession({ ...pathsOf(files), indexFolders: [tempDir()] }, (answer) =>
    answers.push(answer),
  )
  onTestFinished(() => session.close())
  return { session, answers }
}

const pathsOf = ({ eventsFile, logFile }: TrackerFiles) => ({ eventsFile, logFile })

const settled = (answers: MomentAnswer[], check: (answer: MomentAnswer | undefined) => boolean) =>
  eventually(() => expect(check(answers.at(-1))).toBe(true), {
    deadlineMs: 10_000,
    message: () => `the last answer is ${JSON.stringify(answers.at(-1))?.slice(0, 200)}`,
  })

/** Two sealed files of 40 orders each and an open one. */
function threeFiles(): TrackerFiles {
  const files = new TrackerFiles(tempDir())
  files.appendEvents(files.opened(T0), files.checkpoint(T0), files.orders(40, { timeMs: T0 + 1000 }))
  files.rotate(T0 + 2000)
  files.appendEvents(files.orders(40, { timeMs: T0 + 3000, first: 40 }))
  files.rotate(T0 + 4000)
  files.appendEvents(files.orders(5, { timeMs: T0 + 5000, first: 80 }))
  return files
}

test('an answer comes at once, and again with what lies before when the index is complete', async () => {
  const { session, answers } = open(threeFiles())
  session.ask({ queryId: 1, target: { kind: 'seq', seq: 70 }, scope: 'all' })
  await settled(answers, (answer) => answer?.moment?.isWhole === true)
  expect(answers[0]?.moment).toMatchObject({ seq: 70, isWhole: false, business: { isComplete: false } })
  expect(answers[0]?.moment?.tail.journal.totals).toEqual(answers.at(-1)?.moment?.tail.journal.totals)
  expect(answers.at(-1)).toMatchObject({
    queryId: 1,
    moment: { business: { isComplete: true, progress: 1 } },
  })
  expect(answers.length).toBe(2)
})

test('a rejected record is looked for when the index is complete, and where there is none that is said', async () => {
  const files = threeFiles()
  files.appendEvents(files.record(Buffer.from('no JSON'), { timeMs: T0 + 6000 }))
  const { session, answers } = open(files)
  session.ask({ queryId: 1, target: { kind: 'rejected', seq: 3, isLater: true }, scope: null })
  await settled(answers, (answer) => answer?.moment?.seq === files.seq)
  session.ask({ queryId: 2, target: { kind: 'rejected', seq: 50, isLater: false }, scope: null })
  await settled(answers, (answer) => answer?.queryId === 2)
  expect(answers.at(-1)).toMatchObject({ moment: null, problem: 'no record was rejected before #50' })
})

test('of questions that come faster than answers the last one is answered', async () => {
  const { session, answers } = open(threeFiles())
  for (let queryId = 1; queryId <= 50; queryId += 1) {
    session.ask({ queryId, target: { kind: 'seq', seq: queryId }, scope: null })
  }
  await settled(answers, (answer) => answer?.moment?.isWhole === true)
  expect(new Set(answers.map(({ queryId }) => queryId))).toEqual(new Set([50]))
})

test('a file that cannot be read is like one that is absent', async () => {
  const files = threeFiles()
  const path = compressSealed(`${files.eventsFile}.000001`)
  const bytes = readFileSync(path)
  bytes.fill(0xaa, 500, 900)
  rmSync(path)
  writeFileSync(path, bytes)
  const { session, answers } = open(files)
  session.ask({ queryId: 1, target: { kind: 'seq', seq: 20 }, scope: null })
  await settled(answers, (answer) => answer?.moment?.seq === 43)
  session.ask({ queryId: 2, target: { kind: 'seq', seq: 70 }, scope: 'all' })
  await settled(answers, (answer) => answer?.queryId === 2 && answer.moment?.isWhole === true)
  expect(answers.at(-1)?.moment).toMatchObject({ seq: 70, tail: { journal: { totals: { records: 66 } } } })
})

test('without a journal that is said, and it is read when it comes', async () => {
  const files = new TrackerFiles(tempDir())
  const { session, answers } = open(files)
  session.ask({ queryId: 1, target: { kind: 'seq', seq: 2 }, scope: null })
  await settled(answers, (answer) => answer?.problem === 'there is no journal yet')
  files.appendEvents(files.opened(T0), files.checkpoint(T0), files.orders(3, { timeMs: T0 + 1000 }))
  session.ask({ queryId: 2, target: { kind: 'seq', seq: 4 }, scope: null })
  await settled(answers, (answer) => answer?.moment?.seq === 4)
})
