import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openLogger } from '../../../src/shared/runtime/logger.js'
import { Committer } from '../../../src/tracker/committer.js'
import { tempDir } from '../../support/temp-dir.js'

afterEach(() => void vi.useRealTimers())

interface Offset {
  topic: string
  partition: number
  offset: number
  metadata: string
}

const at = (partition: number, offset: number): Offset => ({
  topic: 'orders',
  partition,
  offset,
  metadata: '',
})
const short = (offsets: Offset[]): string[] =>
  offsets.map(({ partition, offset }) => `${partition}@${offset}`)

/** A broker that answers each commit only when it is told to. */
class SlowBroker {
  readonly asked: string[][] = []
  readonly #answers: ((error?: Error) => void)[] = []

  readonly commit = (offsets: Offset[]): Promise<void> => {
    this.asked.push(short(offsets))
    return new Promise((resolve, reject) => {
      this.#answers.push((error) => (error ? reject(error) : resolve()))
    })
  }

  /** Answers the oldest commit that waits, and lets everybody notice. */
  async answer(error?: Error): Promise<void> {
    this.#answers.shift()?.(error)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function setUp() {
  const file = join(tempDir(), 'tracker.log')
  const broker = new SlowBroker()
  const log = openLogger({ service: 'test', file, level: 'debug' })
  return { file, broker, committer: new Committer(broker.commit, log) }
}

test('one request is under way at a time, and the newest offset of each partition wins', async () => {
  const { broker, committer } = setUp()
  committer.schedule(at(0, 1))
  committer.schedule(at(0, 2))
  committer.schedule(at(1, 7))
  committer.schedule(at(0, 3))
  expect(broker.asked).toEqual([['0@1']])
  await broker.answer()
  expect(broker.asked).toEqual([['0@1'], ['0@3', '1@7']])
  await broker.answer()
  await committer.flush()
  expect(broker.asked).toHaveLength(2)
  expect(Object.fromEntries(committer.committed)).toEqual({ 'orders/0': 3, 'orders/1': 7 })
})

test('only what the broker acknowledged counts as committed', async () => {
  const { broker, committer } = setUp()
  committer.schedule(at(0, 1))
  expect(committer.committed.size).toBe(0)
  await broker.answer(new Error('the group rebalances'))
  expect(committer.committed.size).toBe(0)
  committer.schedule(at(0, 2))
  const flushed = committer.flush()
  await broker.answer()
  await flushed
  expect(committer.committed.get('orders/0')).toBe(2)
})

test('a commit that fails is logged and stops nothing: what waits is tried, and flush ends', async () => {
  const { broker, committer, file } = setUp()
  committer.schedule(at(0, 1))
  committer.schedule(at(1, 1))
  const flushed = committer.flush()
  await broker.answer(new Error('no such group'))
  expect(broker.asked).toEqual([['0@1'], ['1@1']])
  await broker.answer(Object.assign(new Error('away for a moment'), { retriable: true }))
  await flushed
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line)).map(({ level, kind, error }) => [level, kind, error])).toEqual(
    [
      ['warn', 'commit.failed', 'no such group'],
      ['debug', 'commit.failed', 'away for a moment'],
    ],
  )
})

test('flush waits for what is scheduled while it waits, and is done at once without anything', async () => {
  const { broker, committer, file } = setUp()
  await committer.flush()
  let isFlushed = false
  committer.schedule(at(0, 1))
  const flushed = committer.flush().then(() => {
    isFlushed = true
  })
  committer.schedule(at(0, 2))
  await broker.answer()
  expect(isFlushed).toBe(false)
  await broker.answer()
  await flushed
  expect(broker.asked).toEqual([['0@1'], ['0@2']])
  expect(existsSync(file) && readFileSync(file, 'utf8')).toBe('')
})

test('a few records are committed together, at the latest a second after the commit before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const { broker, committer } = setUp()
  committer.schedule(at(0, 1))
  await broker.answer()
  committer.schedule(at(0, 2))
  vi.advanceTimersByTime(400)
  committer.schedule(at(0, 3))
  vi.advanceTimersByTime(599)
  expect(broker.asked).toEqual([['0@1']])
  vi.advanceTimersByTime(1)
  expect(broker.asked).toEqual([['0@1'], ['0@3']])
  await broker.answer()
  // Nobody waits for a record that comes after a while.
  vi.advanceTimersByTime(1_000)
  committer.schedule(at(0, 4))
  expect(broker.asked.at(-1)).toEqual(['0@4'])
  await broker.answer()
  expect(vi.getTimerCount()).toBe(0)
})

test('eight records are not kept waiting, nor is a partition that is new or begins anew', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const { broker, committer } = setUp()
  const after = async (ms: number, offset: Offset): Promise<string[][]> => {
    vi.advanceTimersByTime(ms)
    committer.schedule(offset)
    const asked = broker.asked.splice(0)
    await broker.answer()
    return asked
  }
  expect(await after(0, at(0, 100))).toEqual([['0@100']])
  expect(await after(0, at(1, 50))).toEqual([['1@50']])
  expect(await after(0, at(0, 104))).toEqual([])
  expect(await after(500, at(1, 53))).toEqual([])
  expect(await after(0, at(1, 54))).toEqual([['0@104', '1@54']])
  // More than a few in half a second: until that is over, nothing waits for longer than ten milliseconds.
  expect(await after(0, at(0, 105))).toEqual([])
  expect(await after(10, at(0, 106))).toEqual([['0@105']])
  expect(await after(990, at(0, 107))).toEqual([['0@106']])
  expect(await after(990, at(0, 108))).toEqual([['0@107']])
  expect(await after(0, at(0, 109))).toEqual([])
  expect(await after(0, at(0, 3))).toEqual([['0@3']])
  committer.keepOnly([{ topic: 'orders', partition: 1 }])
  expect(await after(0, at(0, 4))).toEqual([])
  expect(await after(0, at(1, 55))).toEqual([['1@55']])
  await committer.flush()
})

test('where records stream in, they are committed ten times a second', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  const { broker, committer } = setUp()
  committer.schedule(at(0, 0))
  await broker.answer()
  vi.advanceTimersByTime(10)
  committer.schedule(at(0, 1_000))
  await broker.answer()
  committer.schedule(at(0, 1_900))
  vi.advanceTimersByTime(99)
  expect(broker.asked).toEqual([['0@0'], ['0@1000']])
  vi.advanceTimersByTime(1)
  expect(broker.asked.at(-1)).toEqual(['0@1900'])
  await broker.answer()
  // Fewer than a thousand came since: it is no stream any more.
  committer.schedule(at(0, 1_910))
  vi.advanceTimersByTime(10)
  expect(broker.asked.at(-1)).toEqual(['0@1910'])
  await broker.answer()
})

test('a commit that cannot even be asked for does not keep the ones behind it from leaving', async () => {
  const asked: string[][] = []
  const committer = new Committer(
    (offsets) => {
      asked.push(short(offsets))
      if (asked.length === 1) throw new Error('no connection')
      return Promise.resolve()
    },
    openLogger({ service: 'test', file: join(tempDir(), 'test.log'), level: 'info' }),
  )
  committer.schedule(at(0, 1))
  await committer.flush()
  committer.schedule(at(0, 2))
  await committer.flush()
  expect(asked).toEqual([['0@1'], ['0@2']])
  expect(committer.committed.get('orders/0')).toBe(2)
})
