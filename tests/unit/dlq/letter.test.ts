import { expect, test } from 'vitest'
import { infoOf, letterOf } from '../../../src/dlq/letter.js'
import { letterJson, letterTable } from '../../../src/dlq/letter-text.js'
import { noteOf, noteRecord } from '../../../src/dlq/note.js'

type Header = [string, Buffer | null]

const header = (name: string, value: string): Header => [name, Buffer.from(value)]
const OWN = [
  header('orderscope-origin', 'orders/1/41/2'),
  header('orderscope-reason', 'not_json'),
  header('orderscope-error', 'not JSON\u001b[31m'),
]
const recordWith = (headers: Header[], value: string | null = 'x') => ({
  offset: 7,
  timestampMs: '1763690000000',
  key: Buffer.from([0xff]),
  value: value === null ? null : Buffer.from(value),
  headers,
})

test('headers of ours are the last of their names; what the record brought stays, in its order', () => {
  const brought = [
    header('a', '1'),
    header('orderscope-reason', 'fake'),
    header('a', '2'),
    ['b', null] as Header,
  ]
  const letter = letterOf(recordWith([...brought, ...OWN]))
  expect(letter).toMatchObject({
    origin: { topic: 'orders', partition: 1, offset: 41, epoch: 2 },
    reason: 'not_json',
  })
  expect(letter?.headers).toEqual(brought)
})

test.each([
  ['without headers', []],
  ['without an origin', OWN.slice(1)],
  ['with an origin that is none', [header('orderscope-origin', 'nowhere'), ...OWN.slice(1)]],
])('a record %s is no letter', (_name, headers) => {
  expect(letterOf(recordWith(headers))).toBeNull()
})

test('the table shows what a record holds in escapes, the JSON as it is', () => {
  const info = infoOf(letterOf(recordWith(OWN))!)
  expect(letterTable([info], new Map(), 200)[1]).toBe(
    '2025-11-21T01:53:20.000Z  orders/1/41/2  not_json  base64:/w==     1  -         not JSON\\x1b[31m',
  )
  expect(letterTable([info], new Map(), 30)[1]).toBe('2025-11-21T01:53:20.000Z  ord…')
  expect(JSON.parse(letterJson(info, new Map([['orders/1/41/2', 'then']])))).toEqual({
    origin: 'orders/1/41/2',
    reason: 'not_json',
    error: 'not JSON\u001b[31m',
    timestamp: '2025-11-21T01:53:20.000Z',
    key_base64: '/w==',
    size: 1,
    replayed: 'then',
  })
})

test('a note is read as it was written, and nothing else is taken for one', () => {
  const note = {
    v: 1,
    id: 'n',
    state: 'begun',
    timestamp: '2026-11-21T08:00:00.000Z',
    origins: ['orders/1/41/2'],
  } as const
  const { value, headers } = noteRecord({ ...note, origins: [...note.origins] })
  const record = { ...recordWith(headers as Header[]), value }
  expect(noteOf(record)).toEqual(note)
  expect(noteOf({ ...record, headers: [] })).toBeNull()
  for (const wrong of [
    '',
    'null',
    '{}',
    JSON.stringify({ ...note, v: 2 }),
    JSON.stringify({ ...note, origins: [1] }),
  ]) {
    expect(noteOf({ ...record, value: Buffer.from(wrong) })).toBeNull()
  }
})
