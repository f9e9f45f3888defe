/**
 * Where the fields of a Kafka record batch (format v2) stand, for who writes one and who reads one:
 * ```
 * 0 baseOffset int64 | 8 length int32 | 12 leaderEpoch int32 | 16 magic int8 | 17 crc uint32 | 21 attributes int16
 * 23 lastOffsetDelta int32 | 27 baseTimestamp int64 | 35 maxTimestamp int64 | 43 producerId int64
 * 51 producerEpoch int16 | 53 baseSequence int32 | 57 count int32 | 61 records
 * ```
 * @see https://kafka.apache.org/documentation/#recordbatch
 */

export const BATCH_HEADER_BYTES = 61
export const LENGTH_AT = 8
export const LEADER_EPOCH_AT = 12
export const MAGIC_AT = 16
export const CRC_AT = 17
/** The checksum is made of everything from here on. */
export const ATTRIBUTES_AT = 21
export const LAST_DELTA_AT = 23
export const BASE_TIMESTAMP_AT = 27
export const MAX_TIMESTAMP_AT = 35
export const PRODUCER_ID_AT = 43
export const PRODUCER_EPOCH_AT = 51
export const BASE_SEQUENCE_AT = 53
export const COUNT_AT = 57
export const MAGIC = 2
