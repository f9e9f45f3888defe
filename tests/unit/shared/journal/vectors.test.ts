import { expect, test } from 'vitest'
import { GENESIS_HASH } from '../../../../src/shared/contract/journal-entry.js'
import { judge } from '../../../../src/shared/contract/verdict.js'
import { Draft, NOTHING_SINCE } from '../../../../src/shared/journal/draft.js'
import { ChainEncoder } from '../../../../src/shared/journal/encoder.js'
import { checkLine, linesOf } from '../../../../src/shared/journal/line.js'
import { emptyState } from '../../../../src/shared/journal/state.js'

// docs/formats.md prints these lines; they are written out here so that no code of ours can move them.
const OPENED =
  '{"timestamp":"2026-11-21T02:15:37.000Z","event_type":"journal.opened","format":1,"instance":null,"writer_version":"0.0.0","previous_file":null,"previous_hash":null,"seq":1,"hash":"0d8b41a0433fb8ea5b730e43bdcbccda5a4535d9863a771e22cc7dd82be1f3ef"}\n'
const INVALID =
  '{"timestamp":"2026-11-21T02:15:37.001Z","event_type":"message.received.validation_error","kafka_topic":"orders","kafka_partition":0,"kafka_offset":0,"kafka_timestamp":"2026-11-21T02:15:36.999Z","kafka_key":"k1","kafka_headers":[],"message_size":7,"deserialized":true,"error":{"code":"order_id_missing","message":"order_id is missing","pointer":"/order_id"},"order_full":{"a":1},"seq":2,"hash":"53ba64ea4e90520c9eef7717c8499dc4468aa7bdafec6e7aa4820f1a04e9372d"}\n'
const UNDECODABLE =
  '{"timestamp":"2026-11-21T02:15:37.001Z","event_type":"message.received.deserialization_error","kafka_topic":"orders","kafka_partition":0,"kafka_offset":1,"kafka_timestamp":"2026-11-21T02:15:36.999Z","kafka_key":null,"kafka_headers":[],"message_size":3,"deserialized":false,"error":{"code":"not_utf8","message":"not UTF-8 at byte 0"},"raw_base64":"//5B","seq":3,"hash":"2923d5625183e7a2b5f602e28868537df74c1a80b46a6910393f43f526fdddf7"}\n'

test('reproduces the documented lines byte for byte', () => {
  const encoder = new ChainEncoder()
  const first = new Draft({ state: emptyState(), since: NOTHING_SINCE }, encoder, '2026-11-21T02:15:37.000Z')
  first.own({
    event_type: 'journal.opened',
    format: 1,
    instance: null,
    writer_version: '0.0.0',
    previous_file: null,
    previous_hash: null,
  })
  const opened = encoder.batch().toString()
  const records = new Draft(first, encoder, '2026-11-21T02:15:37.001Z')
  const place = { topic: 'orders', partition: 0, timestampMs: String(Date.parse('2026-11-21T02:15:36.999Z')) }
  const invalid = Buffer.from('{"a":1}')
  const bytes = Buffer.from([0xff, 0xfe, 0x41])
  records.record({
    ...place,
    offset: 0,
    key: Buffer.from('k1'),
    headers: [],
    value: invalid,
    verdict: judge(invalid),
  })
  records.record({ ...place, offset: 1, key: null, headers: [], value: bytes, verdict: judge(bytes) })

  expect(opened + encoder.batch().toString()).toBe(OPENED + INVALID + UNDECODABLE)
})

test('the documented lines verify one after the other', () => {
  let hash = GENESIS_HASH
  for (const line of linesOf(Buffer.from(OPENED + INVALID + UNDECODABLE))) {
    const check = checkLine(line, hash)
    expect(check).toMatchObject({ ok: true })
    if (check.ok) hash = check.hash
  }
  expect(hash).toBe('2923d5625183e7a2b5f602e28868537df74c1a80b46a6910393f43f526fdddf7')
})
