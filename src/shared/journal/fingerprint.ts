/** What tells one record from another of the same offset: a digest over its content. */
import { hash } from 'node:crypto'
import type { IncomingRecord } from './record.js'
import type { PartitionRef } from './state.js'

/** How many records back the topic is compared with the journal. */
export const RECENT_RECORDS_MAX = 5

export interface Fingerprint {
  offset: number
  /** Over timestamp, key and value. */
  digest: string
}

export const partitionKey = ({ topic, partition }: PartitionRef): string => `${topic}\n${partition}`

/** What identifies a record's content: its timestamp, key and value bytes. */
export function recordDigest(record: Pick<IncomingRecord, 'timestampMs' | 'key' | 'value'>): string {
  const part = (bytes: Buffer | null): Buffer[] => [
    Buffer.from(`\n${bytes?.length ?? -1}\n`),
    bytes ?? Buffer.alloc(0),
  ]
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(record.timestampMs), ...part(record.key), ...part(record.value)]),
  )
}
