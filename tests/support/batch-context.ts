/** What the header of a batch says, for records that a test makes by itself. */
import type { BatchContext } from '../../src/shared/kafka/record-decoder.js'

/** Of a batch of one record at offset 0, in no transaction; `given` replaces what it names. */
export const batchContext = (given: Partial<BatchContext> = {}): BatchContext => ({
  firstOffset: '0',
  lastOffsetDelta: 0,
  firstTimestamp: '0',
  maxTimestamp: '0',
  isAppendTime: false,
  producerId: '-1',
  inTransaction: false,
  isControlBatch: false,
  ...given,
})
