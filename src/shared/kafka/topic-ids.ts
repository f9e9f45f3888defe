/**
 * Reads the ids of topics: one that was deleted and made anew has the same name and another id.
 *
 * Spoken here because kafkajs knows the request only up to version 6; ids came with version 10, in Kafka 2.8.
 * @see https://kafka.apache.org/protocol#The_Messages_Metadata
 */
import type { Connection } from './connection.js'
import { rawRequest } from './wire.js'

const METADATA_API = 3
const METADATA_VERSION = 10
const ID_BYTES = 16
/** Topics that are older than ids have this one. */
const NO_ID = '0'.repeat(ID_BYTES * 2)

/**
 * Ids of those of `topics` that are there, in hexadecimal, by name; nothing where the broker is older than ids.
 *
 * @throws what kafkajs throws where no broker answers.
 */
export async function readTopicIds({ cluster }: Connection, topics: string[]): Promise<Map<string, string>> {
  const broker = await cluster.findControllerBroker()
  if ((broker.versions?.[METADATA_API]?.maxVersion ?? 0) < METADATA_VERSION) return new Map()
  const { ids } = await broker.connectionPool.send(
    rawRequest({
      api: { apiKey: METADATA_API, apiVersion: METADATA_VERSION, apiName: 'Metadata' },
      payload: [encodeTopics(topics)],
      decode: decodeTopicIds,
    }),
  )
  return ids
}

/**
 * ```
 * tags [topic_id name tags] allow_auto_topic_creation include_cluster_operations include_topic_operations tags
 * ```
 * The first tags belong to the header of the request.
 */
function encodeTopics(topics: string[]): Buffer {
  const parts = topics.flatMap((topic) => {
    const name = Buffer.from(topic)
    return [Buffer.alloc(ID_BYTES), unsignedVarint(name.length + 1), name, Buffer.of(0)]
  })
  return Buffer.concat([Buffer.of(0), unsignedVarint(topics.length + 1), ...parts, Buffer.of(0, 0, 0, 0)])
}

/**
 * ```
 * tags throttle_time_ms [node_id host port rack tags] cluster_id controller_id
 *   [error_code name topic_id is_internal [partition...] operations tags] operations tags
 * partition: error_code index leader leader_epoch [replica] [isr] [offline] tags
 * ```
 * @throws {RangeError} where the answer ends too soon.
 */
export function decodeTopicIds(payload: Buffer): {
  ids: Map<string, string>
  clientSideThrottleTime: number
} {
  const answer = new CompactReader(payload)
  answer.skipTags()
  const clientSideThrottleTime = answer.int32()
  answer.each(() => {
    answer.skip(4)
    answer.text()
    answer.skip(4)
    answer.text()
    answer.skipTags()
  })
  answer.text()
  answer.skip(4)
  const ids = new Map<string, string>()
  answer.each(() => {
    const errorCode = answer.int16()
    const name = answer.text()
    const id = answer.bytes(ID_BYTES).toString('hex')
    if (errorCode === 0 && id !== NO_ID) ids.set(name, id)
    answer.skip(1)
    answer.each(() => {
      answer.skip(2 + 4 + 4 + 4)
      for (let list = 0; list < 3; list += 1) answer.each(() => answer.skip(4))
      answer.skipTags()
    })
    answer.skip(4)
    answer.skipTags()
  })
  return { ids, clientSideThrottleTime }
}

/** Reads the compact form that Kafka's newer versions use: lengths are one more than they say, 0 is null. */
class CompactReader {
  readonly #buffer: Buffer
  #at = 0

  constructor(buffer: Buffer) {
    this.#buffer = buffer
  }

  int16(): number {
    return this.bytes(2).readInt16BE()
  }

  int32(): number {
    return this.bytes(4).readInt32BE()
  }

  /** Empty for null. */
  text(): string {
    return this.bytes(Math.max(0, this.#varint() - 1)).toString()
  }

  /** Calls `read` for each element of an array. */
  each(read: () => void): void {
    for (let count = this.#varint() - 1; count > 0; count -= 1) read()
  }

  skipTags(): void {
    for (let count = this.#varint(); count > 0; count -= 1) {
      this.#varint()
      this.skip(this.#varint())
    }
  }

  skip(length: number): void {
    this.bytes(length)
  }

  bytes(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#buffer.length) throw new RangeError('an answer to a metadata request ends too soon')
    const bytes = this.#buffer.subarray(this.#at, end)
    this.#at = end
    return bytes
  }

  #varint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes(1).readUInt8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return Buffer.of(...bytes, left)
}
