/**
 * Records that break careless programs: hundreds of payloads, keys, headers and timestamps, each with a name.
 *
 * Hostile texts (terminal sequences, bidi, zero width, C1) stand in raw values, inside valid orders, in keys and in
 * headers; broken forms are what parsers, shells and readers of lines stumble over.
 */
import { gzipSync } from 'node:zlib'
import { nested } from './arbitraries.js'
import { ESC, HOSTILE_TEXTS } from './hostile-texts.js'
import { order } from './order-builder.js'

export interface PoisonRecord {
  name: string
  key: Buffer | null
  value: Buffer | null
  headers: [string, Buffer | null][]
  /** Milliseconds since 1970. */
  timestamp: number
}

const bytes = (text: string): Buffer => Buffer.from(text)
const NOW = Date.parse('2026-11-21T08:00:00.000Z')
const record = (name: string, given: Partial<PoisonRecord>): PoisonRecord => ({
  name,
  key: bytes(name),
  value: bytes('{}'),
  headers: [],
  timestamp: NOW,
  ...given,
})

function hostileRecords(): PoisonRecord[] {
  return HOSTILE_TEXTS.flatMap((text, index) => {
    const customer_info = { customer_id: text, name: text, email: text }
    const metadata = { timestamp: text, version: text, event_type: text, source: text }
    const inside = order(index + 1, {
      customer_info,
      order_id: text,
      status: text,
      note: text,
      metadata,
      [text]: text,
    })
    return [
      record(`raw ${index}`, {
        value: bytes(`before ${text} after`),
        key: bytes(text),
        headers: [[text, bytes(text)]],
      }),
      record(`order ${index}`, { value: bytes(JSON.stringify(inside)) }),
    ]
  })
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const JSON_TEXTS = [
  '',
  ' ',
  '\n',
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-',
  '"text"',
  '"',
  '[]',
  '[1,2,3]',
  '[',
  '{',
  '}',
  '{}',
  ' {} ',
  '{"a":1}{"b":2}',
  '{"a":1}\n{"b":2}',
  '{"a":1},',
  '{"a":1,}',
  "{'a':1}",
  '{a:1}',
  '{"a":1}//',
  '/**/{"a":1}',
  '{"a":01}',
  '{"a":+1}',
  '{"a":.5}',
  '{"a":1.}',
  '{"a":0x10}',
  '{"a":NaN}',
  '{"a":Infinity}',
  '{"a":undefined}',
  '{"a":"\t"}',
  '{"a":"\\x"}',
  '{"a":"\\u12"}',
  '{"a":1}\u0000',
  '\u0000{"a":1}',
  '{"a":"\u0000"}',
  '\ufeff{"a":1}',
  '\u00a0{"a":1}',
  '{"a":1e999,"b":-1e999,"c":1e-999}',
  '{"a":-0,"b":-0.0}',
  '{"a":9007199254740993}',
  '{"a":0.1000000000000000055511151231257827}',
  '{"a":12345678901234567890.123456789012345678901234567890}',
  `{"a":${'9'.repeat(5_000)}}`,
  `{"a":1e${'9'.repeat(20)}}`,
  '{"a":1,"a":2,"a":3}',
  '{"order_id":"a","order_id":"b","total":1,"total":2}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"__proto__":null}',
  '{"prototype":1,"toString":1,"valueOf":1,"then":1}',
  '{"hasOwnProperty":1,"toJSON":"x","length":-1}',
  '{"":""}',
  '{"a":"\\ud800"}',
  '{"a":"\\udc00\\ud800"}',
  '{"\\ud834":"\\ud834\\udd1e"}',
  '{"a":"\\u0000\\u001b[31m\\u009b2J\\u202e"}',
  '{"seq":5,"hash":"x","event_type":"journal.closed"}',
  `{"a":{},"order_full":{"b":1},"seq":7,"hash":"${'a'.repeat(64)}"}`,
  '{"metadata":{"event_type":"__proto__"}}',
  '{"metadata":{"event_type":"constructor"}}',
  '{"metadata":[],"items":{},"customer_info":"x"}',
  '{"items":[null,[],{},"x",-1]}',
]

const BROKEN_BYTES: [string, Buffer][] = [
  ['0xff', Buffer.from([0xff])],
  ['byte order mark of UTF-16', Buffer.from([0xff, 0xfe, 0x41, 0x00])],
  ['JSON in UTF-16', utf16('{"a":1}')],
  ['JSON in UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('{"a":1}')])],
  ['overlong slash', Buffer.from([0xc0, 0xaf])],
  ['overlong NUL', Buffer.from([0xc0, 0x80])],
  ['a surrogate in UTF-8', Buffer.from([0xed, 0xa0, 0x80])],
  ['above the last code point', Buffer.from([0xf4, 0x90, 0x80, 0x80])],
  ['five bytes', Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80])],
  ['cut inside a character', Buffer.from([0x7b, 0x22, 0xe2, 0x82])],
  ['a lone continuation', Buffer.from([0x80])],
  ['bad bytes inside an order', Buffer.from(JSON.stringify(order(1, { note: '\u00ff' })), 'latin1')],
  ['C1 as single bytes', Buffer.from([0x9b, 0x33, 0x31, 0x6d, 0x9d, 0x9c])],
  [
    'Confluent wire format, JSON',
    Buffer.concat([Buffer.from([0, 0, 0, 0, 42]), bytes(JSON.stringify(order(1)))]),
  ],
  [
    'Confluent wire format, Avro',
    Buffer.from([0, 0, 0, 0, 7, 0x0c, 0x6f, 0x72, 0x64, 0x65, 0x72, 0x31, 0x02]),
  ],
  ['gzip', gzipSync('{"a":1}', { level: 9 })],
  ['NULs', Buffer.alloc(1_000)],
  ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
]

function brokenRecords(): PoisonRecord[] {
  const pretty = order(1)
  const forms: [string, Buffer | null][] = [
    ...JSON_TEXTS.map((text, index): [string, Buffer] => [`text ${index}`, bytes(text)]),
    ...BROKEN_BYTES,
    ['tombstone', null],
    ['pretty-printed', bytes(JSON.stringify(pretty, null, 2))],
    ['pretty-printed with CRLF', bytes(JSON.stringify(pretty, null, '\t').replaceAll('\n', '\r\n'))],
    ['pretty-printed with CR', bytes(JSON.stringify(pretty, null, 1).replaceAll('\n', '\r'))],
    ['nested 64 deep', bytes(nested(64))],
    ['nested 65 deep', bytes(nested(65))],
    ['nested 10,000 deep', bytes(nested(10_000))],
    ['arrays 10,000 deep', bytes(nested(10_000, '['))],
    ['unclosed 100,000 deep', bytes('['.repeat(100_000))],
    ['1 MB of order', bytes(JSON.stringify(order(1, { note: 'x'.repeat(1_000_000) })))],
    ['1 MB of no JSON', bytes('x'.repeat(1_000_000))],
    ['1 MB of escape characters', bytes(ESC.repeat(1_000_000))],
    ['100,000 zero-width spaces', bytes(JSON.stringify(order(1, { note: '\u200b'.repeat(100_000) })))],
    [
      '20,000 keys',
      bytes(JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n])))),
    ],
    ['5,000 items', bytes(JSON.stringify(order(1, { items: Array(5_000).fill({ item_id: ESC }) })))],
    ['a number of 100,000 digits', bytes(`{"total":${'1'.repeat(100_000)}}`)],
  ]
  return forms.map(([name, value]) => record(name, { value }))
}

/** Latest and earliest moments that differ: no date, no four-digit year, no exact double. */
const TIMESTAMPS = [
  0,
  1,
  253_402_300_799_999,
  253_402_300_800_000,
  8_640_000_000_000_000,
  8_640_000_000_000_001,
  2 ** 53 - 1,
]

function envelopeRecords(): PoisonRecord[] {
  const value = bytes(JSON.stringify(order(1)))
  return [
    record('no key', { key: null, value }),
    record('empty key', { key: Buffer.alloc(0), value }),
    record('a key that is not UTF-8', { key: Buffer.from([0xff, 0x00, 0x1b]), value }),
    record('a key of 100,000 bytes', { key: Buffer.alloc(100_000, ESC), value }),
    record('a header without a value', { value, headers: [['h', null]] }),
    record('headers without a name', {
      value,
      headers: [
        ['', null],
        ['', Buffer.alloc(0)],
      ],
    }),
    record('headers of one name', {
      value,
      headers: [
        ['a', bytes('1')],
        ['b', null],
        ['a', bytes('2')],
        ['a', null],
      ],
    }),
    record('headers of every object', {
      value,
      headers: ['__proto__', 'constructor', 'toString'].map((name) => [name, bytes(name)]),
    }),
    record('a header that is not UTF-8', { value, headers: [['h', Buffer.from([0xff, 0x9b])]] }),
    record('1,000 headers', {
      value,
      headers: Array.from({ length: 1_000 }, (_, n) => [`h${n}`, bytes(ESC)]),
    }),
    record('a header of 200,000 bytes', { value, headers: [['h', Buffer.alloc(200_000, 0x9b)]] }),
    record('headers of ours', {
      value: bytes('no order'),
      headers: [
        ['orderscope-origin', bytes(`${ESC}[2J`)],
        ['orderscope-replay', bytes('done')],
      ],
    }),
    ...TIMESTAMPS.map((timestamp) => record(`timestamp ${timestamp}`, { value, timestamp })),
  ]
}

/** The corpus; at least 200 records, the same ones every time. */
export const poisonRecords = (): PoisonRecord[] => [
  ...hostileRecords(),
  ...brokenRecords(),
  ...envelopeRecords(),
]
