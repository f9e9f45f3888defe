/**
 * Marks the batches of aborted transactions in a fetch, so that whoever reads it passes over them as over control
 * records. All records of a batch are of one transaction.
 *
 * kafkajs has a filter of its own, for its consumers only. It takes the aborted transactions for sorted by where
 * they begin and steps into one a record at most; brokers list them by where they end, so that of transactions
 * that overlap it lets aborted records through.
 */
import type { BatchContext } from './record-decoder.js'

/** Of one producer, from its first record on until its abort marker. */
export interface AbortedTransaction {
  producerId: string
  firstOffset: string
}

/** What is looked at of a batch, by its last offset, and what is changed. */
export interface MarkedBatch {
  offset: number
  isControlRecord: boolean
  context: Pick<BatchContext, 'producerId' | 'inTransaction' | 'isControlBatch'>
}

export interface FetchedTransactions {
  abortedTransactions?: AbortedTransaction[] | null
  messages: MarkedBatch[]
}

/** Marks the aborted batches of one partition of a fetch and empties its list of aborted transactions. */
export function markAborted(partition: FetchedTransactions): void {
  const { abortedTransactions, messages } = partition
  if (!abortedTransactions || abortedTransactions.length === 0) return
  const waiting = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((a, b) => b.firstOffset - a.firstOffset)
  const aborting = new Set<string>()
  for (const batch of messages) {
    const { offset } = batch
    for (let next = waiting.at(-1); next && next.firstOffset <= offset; next = waiting.at(-1)) {
      aborting.add(next.producerId)
      waiting.pop()
    }
    const { producerId, inTransaction, isControlBatch } = batch.context
    // The first marker of an aborting producer behind its first record is the one that aborts.
    if (isControlBatch) aborting.delete(producerId)
    else if (inTransaction && aborting.has(producerId)) batch.isControlRecord = true
  }
  partition.abortedTransactions = []
}
