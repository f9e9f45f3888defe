/**
 * Which partition a key belongs to: murmur2, as Kafka's own clients and kafkajs' default partitioner do it.
 *
 * Written out because a publisher that knows the offset of every record must choose the partitions itself.
 */

const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

const scratch = Buffer.allocUnsafe(256)

/** Partition of `key` (a text counts as UTF-8) on a topic with `partitions` partitions. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  return (murmur2(typeof key === 'string' ? utf8(key) : key) & 0x7fffffff) % partitions
}

/** Valid until the next call. */
function utf8(text: string): Uint8Array {
  // A character takes three bytes at most.
  if (text.length * 3 > scratch.length) return Buffer.from(text)
  return scratch.subarray(0, scratch.write(text))
}

/**
 * Murmur2 of `key` as a signed 32-bit number.
 * @see https://github.com/apache/kafka/blob/4.3.1/clients/src/main/java/org/apache/kafka/common/utils/Utils.java
 */
export function murmur2(key: Uint8Array): number {
  const { length } = key
  let hash = SEED ^ length
  let at = 0
  for (const stop = length - 3; at < stop; at += 4) {
    let word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24)
    word = Math.imul(word, M)
    word = Math.imul(word ^ (word >>> R), M)
    hash = Math.imul(hash, M) ^ word
  }
  const rest = length - at
  if (rest === 3) hash ^= key[at + 2]! << 16
  if (rest >= 2) hash ^= key[at + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ key[at]!, M)
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return hash ^ (hash >>> 15)
}
