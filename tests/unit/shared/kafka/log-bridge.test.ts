import kafkajs from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { errorFromCode } from '../../../../src/shared/kafka/internals.js'
import { bridgeLog, clientLogLevel } from '../../../../src/shared/kafka/log-bridge.js'
import type { LogFields, Logger } from '../../../../src/shared/runtime/logger.js'

const { ERROR, WARN, INFO } = kafkajs.logLevel

describe('how loud a line of kafkajs is', () => {
  test.for([
    ['a lost connection', ERROR, 'Connection error: read ECONNRESET', undefined, 'debug'],
    ['a transient answer', ERROR, 'Response Metadata(key: 3, version: 6)', errorFromCode(5).message, 'debug'],
    ['a rebalance', WARN, 'The group is rebalancing, re-joining', undefined, 'debug'],
    ['a coordinator that loads', ERROR, errorFromCode(14).message, undefined, 'debug'],
    ['news', INFO, 'Consumer has joined the group', undefined, 'debug'],
    ['an answer nobody waits for', WARN, 'Response without match', undefined, 'warn'],
    ['a listener that throws', ERROR, 'Failed to execute listener: x is undefined', undefined, 'warn'],
  ] as const)('%s', ([, level, message, answer, expected]) => {
    expect(clientLogLevel(level, message, answer)).toBe(expected)
  })
})

test('lines keep their facts and lose the stack; a repeated warning is debug', () => {
  const lines: [string, string, LogFields][] = []
  const record =
    (level: string) =>
    (message: string, fields: LogFields): void =>
      void lines.push([level, message, fields])
  const log: Logger = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
    reopen: () => {},
    droppedTotal: () => 0,
  }
  const write = bridgeLog(log)()
  const entry = {
    namespace: 'RequestQueue',
    level: WARN,
    label: 'WARN',
    log: {
      timestamp: 't',
      logger: 'kafkajs',
      message: 'Response without match',
      broker: 'b:1',
      stack: 'at x',
    },
  }
  write(entry)
  write(entry)
  const fields = { kind: 'kafka.client', metadata: { broker: 'b:1' } }
  expect(lines).toEqual([
    ['warn', 'kafkajs RequestQueue: Response without match', fields],
    ['debug', 'kafkajs RequestQueue: Response without match', fields],
  ])
})
