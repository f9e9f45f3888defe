/**
 * Marks the records of aborted transactions in a fetch, so that whoever reads it passes over them as over control
 * records.
 *
 * kafkajs has a filter of its own, for its consumers only. It takes the aborted transactions for sorted by where
 * they begin and steps into one a record at most; brokers list them by where they end, so that of transactions
 * that overlap it lets aborted records through.
 */
import type { FetchedRecord } from './record-decoder.js'

/** Of one producer, from its first record on until its abort marker. */
export interface AbortedTransaction {
  producerId: string
  firstOffset: string
}

/** Records as kafkajs' decoder leaves them: each with what its batch says. */
export interface BatchedRecord extends FetchedRecord {
  batchContext: { producerId: string; inTransaction: boolean }
}

export interface FetchedTransactions {
  abortedTransactions?: AbortedTransaction[] | null
  messages: BatchedRecord[]
}

/** Marks the aborted records of one partition of a fetch and empties its list of aborted transactions. */
export function markAborted(partition: FetchedTransactions): void {
  const { abortedTransactions, messages } = partition
  if (!abortedTransactions || abortedTransactions.length === 0) return
  const waiting = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((a, b) => b.firstOffset - a.firstOffset)
  const aborting = new Set<string>()
  for (const record of messages) {
    const { offset } = record
    for (let next = waiting.at(-1); next && next.firstOffset <= offset; next = waiting.at(-1)) {
      aborting.add(next.producerId)
      waiting.pop()
    }
    const { producerId, inTransaction } = record.batchContext
    // The first marker of an aborting producer behind its first record is the one that aborts.
    if (record.isControlRecord) aborting.delete(producerId)
    else if (inTransaction && aborting.has(producerId)) record.isControlRecord = true
  }
  partition.abortedTransactions = []
}
