/**
 * The ledger: one line for every record whose outcome the broker told or nobody will know.
 *
 * Written in the order of the delivery reports, before they are counted, so that the count is never ahead of the
 * file; synced when it closes. It never grows an older run's ledger.
 */
import { closeSync, fstatSync, fsyncSync, openSync } from 'node:fs'
import type { Delivery } from '../shared/kafka/publisher.js'
import { ExitCode, errorText, SuiteError } from '../shared/runtime/errors.js'
import { writeFully } from '../shared/runtime/files.js'

/** What the ledger says of a record beside its place. */
export interface LedgerFacts {
  eventId: string
  orderId: string
  /** Of the value's bytes, lowercase hex. */
  sha256: string
}

export interface Ledger {
  /**
   * Appends the records of one delivery report; failed ones are not on the topic and have no line.
   * @throws {SuiteError} `ledger_failed` (74).
   */
  append(delivery: Delivery<LedgerFacts>): void
  /** Makes it durable and closes it. */
  close(): void
}

/**
 * Opens a new ledger (mode 0600) at `path`.
 * @throws {SuiteError} `ledger_exists` or `ledger_failed` (74).
 */
export function openLedger(path: string): Ledger {
  const guard = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw new SuiteError('ledger_failed', `ledger ${path}: ${errorText(error)}`, {
        exit: ExitCode.file,
        context: { path },
        cause: error,
      })
    }
  }
  const fd = guard(() => openSync(path, 'a', 0o600))
  if (fstatSync(fd).size > 0) {
    closeSync(fd)
    throw new SuiteError(
      'ledger_exists',
      `ledger ${path} holds another run's deliveries; name a new file with --ledger, or move that one away`,
      { exit: ExitCode.file, context: { path } },
    )
  }
  return {
    append: (delivery) => guard(() => writeFully(fd, Buffer.from(ledgerLines(delivery)))),
    close: () =>
      guard(() => {
        fsyncSync(fd)
        closeSync(fd)
      }),
  }
}

/** The lines of one delivery report, each with its LF; their fields are those of `LedgerEntry`. */
export function ledgerLines(delivery: Delivery<LedgerFacts>): string {
  if (delivery.outcome === 'failed') return ''
  const topic = JSON.stringify(delivery.topic)
  const { partition } = delivery
  let lines = ''
  for (const [index, { eventId, orderId, sha256 }] of delivery.contexts.entries()) {
    const place =
      delivery.outcome === 'delivered'
        ? `"partition":${partition},"offset":${delivery.baseOffset + index},"sha256":"${sha256}"`
        : `"partition":${partition},"sha256":"${sha256}","outcome":"unknown"`
    // Ids are UUIDs of ours: nothing in them needs escaping.
    lines += `{"event_id":"${eventId}","order_id":"${orderId}","topic":${topic},${place}}\n`
  }
  return lines
}
