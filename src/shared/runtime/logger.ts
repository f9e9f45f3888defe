/**
 * The services' log: one JSON line per entry, `timestamp, level, service, kind, message, error?, metadata?`.
 *
 * pino writes it, in order and at once. A log that cannot be written never stops a service: lines are held in memory
 * up to a bound, what passes it is dropped, and the count is logged when writing works again. The journal does not go
 * through here.
 */
import { pino } from 'pino'
import type { LogLevel } from '../contract/log-entry.js'
import { errorText } from './errors.js'

export interface LogFields {
  /** Stable word for programs; prose goes into the message. */
  kind: string
  error?: unknown
  metadata?: object
}

export interface Logger {
  debug(message: string, fields: LogFields): void
  info(message: string, fields: LogFields): void
  warn(message: string, fields: LogFields): void
  error(message: string, fields: LogFields): void
  /** Opens the file again under its name; for rotation by rename and SIGHUP. */
  reopen(): void
  /** Lines that could not be written since the start. */
  droppedTotal(): number
}

export interface LoggerOptions {
  service: string
  /** Absolute path; made with mode 0640. */
  file: string
  level: LogLevel
}

/** Lines that cannot be written are held up to this size. */
const HELD_BYTES_MAX = 1024 * 1024

/** @throws the system's error when `file` cannot be opened at all. */
export function openLogger({ service, file, level }: LoggerOptions): Logger {
  const destination = pino.destination({
    dest: file,
    sync: true,
    mkdir: true,
    mode: 0o640,
    maxLength: HELD_BYTES_MAX,
  })
  let isFailing = false
  let dropped = 0
  let droppedReported = 0
  destination.on('error', () => {
    isFailing = true
  })
  destination.on('write', () => {
    isFailing = false
  })
  destination.on('drop', () => {
    dropped += 1
    try {
      // A full buffer is not tried again by itself.
      destination.flushSync()
      isFailing = false
    } catch {}
  })
  const log = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const reportDropped = (): void => {
    const lines = dropped - droppedReported
    if (isFailing || lines === 0) return
    droppedReported = dropped
    log.warn({ service, kind: 'log.dropped', metadata: { lines } }, `${lines} log lines could not be written`)
  }
  const write = (to: 'debug' | 'info' | 'warn' | 'error', message: string, fields: LogFields): void => {
    const { kind, error, metadata } = fields
    log[to](
      {
        service,
        kind,
        ...(error === undefined ? {} : { error: errorText(error) }),
        ...(metadata === undefined ? {} : { metadata }),
      },
      message,
    )
    reportDropped()
  }
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    reopen: () => destination.reopen(),
    droppedTotal: () => dropped,
  }
}
