/**
 * The services' log: one JSON line per entry, `timestamp, level, service, kind, message, error?, metadata?`.
 *
 * pino forms the lines, `log-file.ts` writes them, in order and at once. A log that cannot be written never stops a
 * service: what was dropped is counted, and the count is logged when writing works again. The journal does not go
 * through here.
 */
import { pino } from 'pino'
import type { LogLevel } from '../contract/log-entry.js'
import { errorText } from './errors.js'
import { LogFile } from './log-file.js'

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

/** @throws the system's error when `file` cannot be opened at all. */
export function openLogger({ service, file, level }: LoggerOptions): Logger {
  const destination = new LogFile(file)
  let droppedReported = 0
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
    const lines = destination.droppedTotal - droppedReported
    if (destination.isBehind || lines === 0) return
    droppedReported += lines
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
    reopen: () => {
      try {
        destination.reopen()
      } catch (error) {
        write('error', `cannot reopen ${file}; lines go on to the old file`, {
          kind: 'log.reopen_failed',
          error,
        })
      }
    },
    droppedTotal: () => destination.droppedTotal,
  }
}
