/**
 * Goal: a full disk under the log alone stops nobody and tears no line.
 * Method: a log on a disk of 4 MiB that is filled up, with lines for less and for more than is held in memory.
 * Expected: the journal on another disk goes on; what was held comes when there is room, what was dropped is told.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { canMount, onDisk } from '../support/disk.js'
import { startJournalProcess } from '../support/journal-process.js'
import { tempDir } from '../support/temp-dir.js'

interface Line {
  kind: string
  message: string
  metadata?: { lines: number }
}

test.skipIf(!canMount)(
  'a log on a full disk holds its lines, then drops and counts them, and the journal goes on',
  async () => {
    const folder = tempDir()
    const suite = startJournalProcess(join(tempDir(), 'tracker.events'), onDisk('4m', folder))
    const [file, ballast] = [join(folder, 'tracker.log'), join(folder, 'ballast')]
    const log = (from: number, count: number): Promise<unknown> => suite.ask({ do: 'log', file, from, count })
    const lines = async (): Promise<Line[]> => {
      const { result } = (await suite.ask({ do: 'read', file })) as { result: { text: string } }
      return result.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    }
    const numbers = (found: Line[]): number[] =>
      found.filter(({ kind }) => kind === 'test.line').map(({ message }) => Number(message.split(' ')[1]))

    await suite.ask({ do: 'open' })
    await log(0, 10)
    await suite.ask({ do: 'fill', file: ballast })
    expect(await log(10, 100)).toEqual({ result: { dropped: 0 } })
    expect(await suite.ask({ do: 'append', from: 0, count: 5, valueBytes: 100 })).toMatchObject({
      result: { appended: 5 },
    })
    await suite.ask({ do: 'remove', file: ballast })
    await log(110, 1)
    expect(numbers(await lines())).toEqual(Array.from({ length: 111 }, (_, line) => line))

    await suite.ask({ do: 'fill', file: ballast })
    const { result } = (await log(111, 1_500)) as { result: { dropped: number } }
    expect(result.dropped).toBeGreaterThan(400)
    await suite.ask({ do: 'remove', file: ballast })
    await log(5_000, 2)
    const found = await lines()
    const kept = 111 + 1_500 - result.dropped
    expect(numbers(found)).toEqual([...Array.from({ length: kept }, (_, line) => line), 5_000, 5_001])
    expect(found.filter(({ kind }) => kind === 'log.dropped').map(({ metadata }) => metadata)).toEqual([
      { lines: result.dropped },
    ])
    expect(await suite.ask({ do: 'close' })).toEqual({ result: { seq: 8 } })
  },
)
