import { describe, expect, test } from 'vitest'
import { addNote, type LetterBox } from '../../../src/dlq/letter-box.js'
import { choose, wantedLetters } from '../../../src/dlq/selection.js'

function boxOf(...letters: [id: string, reason: string][]): LetterBox {
  const infos = letters.map(([id, reason]) => {
    const origin = { topic: 'orders', partition: 0, offset: 0, epoch: 0 }
    return [id, { id, origin, reason, error: '', timeMs: 0, key: null, size: 1 }] as const
  })
  return { letters: new Map(infos), replayed: new Map(), open: new Map(), notes: new Map() }
}

describe('choosing', () => {
  const box = boxOf(['orders/0/1/0', 'not_json'], ['orders/0/2/0', 'tombstone'], ['orders/0/3/0', 'not_json'])
  box.replayed.set('orders/0/1/0', 'then')
  const ids = (wanted: Parameters<typeof choose>[1]): string[] =>
    choose(box, wanted).letters.map(({ id }) => id)

  test('leaves out what was replayed, and counts it', () => {
    expect(ids('all')).toEqual(['orders/0/2/0', 'orders/0/3/0'])
    expect(choose(box, 'all').replayedBefore).toBe(1)
    expect(ids({ reason: 'not_json' })).toEqual(['orders/0/3/0'])
  })

  test('names origins without a letter', () => {
    const chosen = choose(box, { origins: ['orders/0/1/0', 'orders/0/2/0', 'orders/0/9/0'] })
    expect(chosen).toMatchObject({ replayedBefore: 1, missing: ['orders/0/9/0'] })
  })

  test.each([{}, { all: true, reason: 'x' }, { origin: ['orders/0/1/0'], all: true }])(
    '%j says too little or too much',
    (args) => {
      expect(() => wantedLetters(args)).toThrow(/one of --origin/)
    },
  )
})

test('a replay is open between its notes, in whichever order they are read', () => {
  const note = { v: 1, id: 'n', timestamp: 'then', origins: ['a'] } as const
  const box = boxOf()
  addNote(box, { ...note, state: 'begun', origins: ['a', 'b'] })
  expect([...box.open.keys()]).toEqual(['n'])
  addNote(box, { ...note, state: 'done', origins: ['a'] })
  addNote(box, { ...note, state: 'begun', origins: ['a', 'b'] })
  expect(box.open.size).toBe(0)
  expect([...box.replayed]).toEqual([['a', 'then']])
})
