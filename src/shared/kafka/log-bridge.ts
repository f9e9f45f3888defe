/**
 * kafkajs' own log lines on their way into ours, kind `kafka.client`.
 *
 * What kafkajs tries again by itself, and what it throws at its caller anyway, is debug: an outage is one line of
 * the service, not a hundred of its client. The rest is a warning at most, because an error in a service's log
 * means that the service has one.
 */
import type { LogEntry as KafkaLogEntry } from 'kafkajs'
import type { Logger } from '../runtime/logger.js'
import { isTransientText } from './internals.js'

/** Lines about connections, retries and rebalances; whoever is affected is told by an exception or an event. */
const ROUTINE =
  /^(Connection (error|timeout)|Failed to (connect|send messages)|Could not (create topics|describe configs)|Crash: |Restarting the consumer|Response \w+\(|The group is rebalancing|The coordinator is not aware|Consumer is not aware|Error when calling each|Closed connection|This server|The producer is)/

const ERROR_LEVEL = 1
const WARN_LEVEL = 2

/** Repeats of one warning within this time are debug, milliseconds. */
const REPEAT_MS = 60_000

export type ClientLogLevel = 'debug' | 'warn'

/** How loud a line of kafkajs is in ours; `answer` is the broker's error text where the line carries one. */
export function clientLogLevel(level: number, message: string, answer?: string): ClientLogLevel {
  if (level !== ERROR_LEVEL && level !== WARN_LEVEL) return 'debug'
  if (isTransientText(message) || (answer !== undefined && isTransientText(answer))) return 'debug'
  // An answer that is not transient is an error that the caller gets as well, except that it says which request.
  return ROUTINE.test(message) ? 'debug' : 'warn'
}

/** A kafkajs `logCreator` that writes to `log`, or nowhere. */
export function bridgeLog(log: Logger | undefined): () => (entry: KafkaLogEntry) => void {
  const warnedAt = new Map<string, number>()
  return () => (entry) => {
    if (!log) return
    const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = entry.log
    const text = String(message)
    const answer = typeof details['error'] === 'string' ? details['error'] : undefined
    let level = clientLogLevel(entry.level, text, answer)
    if (level === 'warn') {
      const last = warnedAt.get(text)
      if (last !== undefined && Date.now() - last < REPEAT_MS) level = 'debug'
      else warnedAt.set(text, Date.now())
    }
    log[level](`kafkajs ${entry.namespace}: ${text}`, { kind: 'kafka.client', metadata: details })
  }
}
