import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Lane } from '../../../src/tracker/lane.js'

const noThings = async (): Promise<void> => {}

test('work is done one after the other, also behind work that failed', async () => {
  const lane = new Lane<string>(noThings)
  const seen: string[] = []
  const work = (name: string) => async (): Promise<string> => {
    seen.push(`${name} begins`)
    await setImmediate()
    seen.push(`${name} ends`)
    return name
  }
  const first = lane.run(work('first'))
  const failed = lane.run(async () => {
    throw new Error('a full disk')
  })
  const last = lane.run(work('last'))
  await expect(failed).rejects.toThrow('a full disk')
  expect(await Promise.all([first, last])).toEqual(['first', 'last'])
  expect(seen).toEqual(['first begins', 'first ends', 'last begins', 'last ends'])
})

test('is idle when everything is done that came so far, and not before', async () => {
  const lane = new Lane<string>(noThings)
  await lane.idle()
  const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  for (const { promise } of ends) void lane.run(() => promise)
  let isIdle = false
  const idle = lane.idle().then(() => {
    isIdle = true
  })
  ends[0]?.resolve()
  await setImmediate()
  expect(isIdle).toBe(false)
  ends[1]?.resolve()
  await idle
})

test('has room for two that wait behind the one that is worked on', async () => {
  const lane = new Lane<string>(noThings)
  const first = Promise.withResolvers<void>()
  void lane.run(() => first.promise)
  await lane.room()
  void lane.run(async () => {})
  await lane.room()
  void lane.run(async () => {})
  let hasRoom = false
  const room = lane.room().then(() => {
    hasRoom = true
  })
  await setImmediate()
  expect(hasRoom).toBe(false)
  first.resolve()
  await room
})

test('small things that wait side by side are done together, and nothing overtakes anything', async () => {
  const seen: string[][] = []
  const first = Promise.withResolvers<void>()
  const lane = new Lane<string>(async (things) => {
    seen.push([...things])
    if (things[0] === 'first') await first.promise
    if (things.includes('bad')) throw new Error('a full disk')
  })
  const small = (thing: string): Promise<void> => lane.add(thing, { isSmall: true })
  const begun = small('first')
  await setImmediate()
  const done = [small('a'), small('b'), lane.add('large', { isSmall: false }), small('c'), small('d')]
  const alone = lane.run(async () => void seen.push(['alone']))
  const bad = [small('e'), small('bad')]
  first.resolve()
  await Promise.all([begun, ...done, alone])
  for (const each of bad) await expect(each).rejects.toThrow('a full disk')
  expect(seen).toEqual([['first'], ['a', 'b'], ['large'], ['c', 'd'], ['alone'], ['e', 'bad']])
})

test('no more than eight are done together', async () => {
  const sizes: number[] = []
  const lane = new Lane<number>(async (things) => void sizes.push(things.length))
  await Promise.all(Array.from({ length: 20 }, (_, index) => lane.add(index, { isSmall: true })))
  expect(sizes).toEqual([8, 8, 4])
})
