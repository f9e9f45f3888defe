/**
 * Goal: several threads find what one finds, in its order, and stop where it stops.
 * Method: a journal of several files, one of them compressed, in parts from a line to everything; whole and damaged.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { searchFor } from '../../../src/journal/search.js'
import { searchInThreads } from '../../../src/journal/search-in-threads.js'
import { selectLines } from '../../../src/journal/selection.js'
import { journalFiles } from '../../../src/shared/journal/names.js'
import { compressSealed } from '../../../src/shared/journal/sealed/compress.js'
import { startJournalProcess } from '../../support/journal-process.js'
import { openJournal, record, records } from '../../support/journal-records.js'
import { tempDir } from '../../support/temp-dir.js'

const WHERE = 'order.sequence > 3 && order.total > 5'

/** Two sealed files, the first compressed, and the open one; every file holds a record that the filter is lost on. */
async function journal(): Promise<string> {
  const eventsFile = join(tempDir(), 'tracker.events')
  for (let file = 0; file < 3; file += 1) {
    const writer = await openJournal(eventsFile)
    const next = writer.nextOffset({ topic: 'orders', partition: 0 }) ?? 0
    await writer.append(records(next, next + 8))
    await writer.append([record(next + 9, { value: 'no JSON' })])
    if (file < 2) await writer.rotate()
    await writer.close()
  }
  compressSealed(journalFiles(eventsFile)[0] ?? '')
  return eventsFile
}

/** What one thread finds, line after line. */
function alone(eventsFile: string): object {
  const search = searchFor({ where: WHERE })
  const told = { text: '', lines: 0, problem: null as string | null }
  try {
    for (const { line } of selectLines(journalFiles(eventsFile), {}, search)) {
      told.text += `${line.toString('utf8')}\n`
      told.lines += 1
    }
  } catch (error) {
    told.problem = String(error)
  }
  return { ...told, notEvaluated: search?.notEvaluated }
}

test('threads find what one finds, whatever the parts are', async () => {
  const eventsFile = await journal()
  const expected = alone(eventsFile)
  expect(expected).toMatchObject({ lines: 24, notEvaluated: 3, problem: null })
  const process = startJournalProcess(eventsFile)
  for (const partBytes of [1, 5_000]) {
    const answer = await process.ask({ do: 'search', where: WHERE, threads: 2, partBytes })
    expect(answer, `parts of ${partBytes} bytes`).toEqual({ result: expected })
  }
})

test('at a line that is no entry threads stop where one stops, with the same words', async () => {
  const eventsFile = await journal()
  const text = readFileSync(eventsFile, 'utf8')
  const lines = text.split('\n')
  writeFileSync(eventsFile, lines.toSpliced(6, 0, '{"no":"entry"}').join('\n'))
  const expected = alone(eventsFile) as { text: string; lines: number; problem: string }
  expect(expected.problem).toContain(`line 7 of ${eventsFile} is not a journal entry`)
  const process = startJournalProcess(eventsFile)
  for (const partBytes of [1_500]) {
    const answer = await process.ask({ do: 'search', where: WHERE, threads: 2, partBytes })
    expect((answer as { result: object }).result).toMatchObject({
      text: expected.text,
      lines: expected.lines,
      problem: expected.problem,
    })
  }
})

test('who wants no more ends the threads', async () => {
  const process = startJournalProcess(await journal())
  const ask = { do: 'search', where: 'true', threads: 2, partBytes: 1 } as const
  const first = await process.ask({ ...ask, partsMax: 1 })
  expect(first).toMatchObject({ result: { lines: 1, problem: null } })
  expect(await process.ask({ ...ask, partsMax: 2 })).toMatchObject({ result: { lines: 2, problem: null } })
})

test('threads are of no use where a limit ends the search, or there is one part', async () => {
  const files = journalFiles(await journal())
  const search = searchFor({ where: WHERE })
  if (!search) throw new Error('no search')
  expect(searchInThreads(files, { limit: 3 }, search, { threads: 2, partBytes: 1 })).toBeNull()
  expect(searchInThreads(files.slice(-1), {}, search, { threads: 2 })).toBeNull()
  expect(searchInThreads(files, {}, search, { threads: 1, partBytes: 1 })).toBeNull()
  // What cannot be read is told in its turn.
  expect(searchInThreads([...files, 'none'], {}, search, { threads: 2, partBytes: 1 })).toBeNull()
})
