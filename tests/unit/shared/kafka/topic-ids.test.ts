import { expect, test } from 'vitest'
import { decodeTopicIds } from '../../../../src/shared/kafka/topic-ids.js'

const ID = '0123456789abcdef0123456789abcdef'

/** A topic of one partition, as an answer of version 10 has it; `name` is shorter than 127 bytes. */
const topic = ({ errorCode = 0, name, id }: { errorCode?: number; name: string; id: string }): Buffer =>
  Buffer.concat([
    Buffer.from([0, errorCode, name.length + 1]),
    Buffer.from(name),
    Buffer.from(id, 'hex'),
    // Not internal; one partition: no error, index 0, leader 1, leader epoch 0, replicas [1], isr [1], none offline.
    Buffer.from(
      '00 02 0000 00000000 00000001 00000000 02 00000001 02 00000001 01 00'.replaceAll(' ', ''),
      'hex',
    ),
    // Operations, and one tag (number 7, two bytes) that a later broker may add.
    Buffer.from('80000000 01 07 02 abcd'.replaceAll(' ', ''), 'hex'),
  ])

const answer = (...topics: Buffer[]): Buffer =>
  Buffer.concat([
    // Tags of the header, throttled for 5 ms, one broker: 1 at "h":9092 without a rack; cluster "c"; controller 1.
    Buffer.from('00 00000005 02 00000001 0268 00002384 00 00 0263 00000001'.replaceAll(' ', ''), 'hex'),
    Buffer.from([topics.length + 1]),
    ...topics,
    Buffer.from('8000000000', 'hex'),
  ])

test('ids are told by name; topics that are not there or older than ids have none', () => {
  const { ids, clientSideThrottleTime } = decodeTopicIds(
    answer(
      topic({ name: 'orders', id: ID }),
      topic({ name: 'gone', id: '0'.repeat(32), errorCode: 3 }),
      topic({ name: 'old', id: '0'.repeat(32) }),
      topic({ name: 'later', id: ID.replaceAll('0', 'f') }),
    ),
  )
  expect([...ids]).toEqual([
    ['orders', ID],
    ['later', ID.replaceAll('0', 'f')],
  ])
  expect(clientSideThrottleTime).toBe(5)
})

test('a name of 128 bytes and more has a length of two bytes', () => {
  const name = 'n'.repeat(200)
  const long = topic({ name: 'x', id: ID })
  const bytes = Buffer.concat([
    long.subarray(0, 2),
    Buffer.from([0xc9, 0x01]),
    Buffer.from(name),
    long.subarray(4),
  ])
  expect([...decodeTopicIds(answer(bytes)).ids]).toEqual([[name, ID]])
})

test('an answer that ends too soon is refused wherever it ends', () => {
  const whole = answer(topic({ name: 'orders', id: ID }))
  // The operations and tags at the end are not looked at.
  for (let length = 0; length < whole.length - 5; length += 1)
    expect(() => decodeTopicIds(whole.subarray(0, length)), `${length} bytes`).toThrow(RangeError)
})
