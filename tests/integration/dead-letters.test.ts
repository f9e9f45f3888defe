import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { recorded } from '../support/publisher.js'
import { trackerSetup } from '../support/tracker.js'

const bytes = (text: string): Buffer => Buffer.from(text)

test('a dead letter has key, value and headers exactly as they were, and says where it comes from', async () => {
  const { brokers, dir, names, env } = trackerSetup()
  await createTopic(brokers, names.topic, 1)
  const headers: [string, Buffer | null][] = [
    ['a', bytes('1')],
    ['b', null],
    ['a', Buffer.from([0xff, 0x00])],
    ['', bytes('')],
    ['a', null],
    ['__proto__', bytes('x')],
    ['orderscope-origin', bytes('somebody else said so')],
  ]
  const records = [
    { key: bytes('k'), value: Buffer.from([0xff, 0xfe]), headers },
    { key: bytes(''), value: bytes(''), headers: [] },
    { key: null, value: null, headers: headers.slice(0, 2) },
  ]
  const { publisher, settled } = await recorded(brokers, names.topic)
  for (const record of records) publisher.publish({ ...record, timestamp: Date.now() }, '')
  await settled()

  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

  const letters = await readTopic(brokers, names.dlqTopic)
  const reasons = ['not_utf8', 'not_json', 'tombstone']
  expect(letters.map(({ key, value, headerPairs }) => ({ key, value, headers: headerPairs }))).toEqual(
    records.map((record, index) => ({
      ...record,
      headers: [
        ...record.headers,
        ['orderscope-origin', bytes(`${names.topic}/0/${index}/0`)],
        ['orderscope-reason', bytes(reasons[index]!)],
        ['orderscope-error', expect.any(Buffer)],
      ],
    })),
  )
})
