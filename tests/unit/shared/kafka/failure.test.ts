import kafkajs from 'kafkajs'
import { describe, expect, test } from 'vitest'
import {
  CLIENT_CLOSED,
  isTransient,
  kafkaFailure,
  retryTransient,
  rootError,
} from '../../../../src/shared/kafka/failure.js'
import { errorFromCode } from '../../../../src/shared/kafka/internals.js'
import { SuiteError } from '../../../../src/shared/runtime/errors.js'

/** An error of kafkajs whose constructor its types leave without a message. */
const named = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name, retriable: false })

const refused = new kafkajs.KafkaJSConnectionError('Connection error: connect ECONNREFUSED 127.0.0.1:1', {
  broker: '127.0.0.1:1',
  code: 'ECONNREFUSED',
})
const untrusted = new kafkajs.KafkaJSConnectionError('Connection error: self-signed certificate', {
  code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
})
const exhausted = new kafkajs.KafkaJSConnectionError('Connection error: connect EMFILE 127.0.0.1:1 - Local', {
  code: 'EMFILE',
})
const badPassword = named('KafkaJSSASLAuthenticationError', 'SASL PLAIN authentication failed')
const given = (cause: Error): Error =>
  new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 3, retryTime: 400 })

test('the root of an error is what kafkajs wrapped, however deep', () => {
  expect(rootError(given(given(refused)))).toBe(refused)
})

test('the root of an aggregate is its first error', () => {
  const authorization = errorFromCode(29)
  const aggregate = Object.assign(new Error('Topic creation errors'), { errors: [authorization] })
  expect(rootError(given(aggregate))).toBe(authorization)
})

describe('transient', () => {
  test.for([
    ['a refused connection', given(refused), true],
    ['a topic that is not there yet', errorFromCode(3), true],
    ['a leader that moves', errorFromCode(6), true],
    ['a wrong password', badPassword, false],
    ['an untrusted certificate', given(untrusted), false],
    ['missing rights', errorFromCode(29), false],
    [
      'a client that was closed',
      new kafkajs.KafkaJSConnectionError(`Failed to connect: ${CLIENT_CLOSED}`),
      false,
    ],
    ['no descriptor for a connection', given(exhausted), false],
    ['a bug', new TypeError('x is not a function'), false],
  ] as const)('%s: %s', ([, error, expected]) => {
    expect(isTransient(error)).toBe(expected)
  })
})

describe('for a person', () => {
  test.for([
    ['broker_unavailable', 69, given(refused)],
    ['broker_unavailable', 69, errorFromCode(5)],
    ['topic_missing', 69, errorFromCode(3)],
    ['authentication_failed', 78, badPassword],
    ['authentication_failed', 78, errorFromCode(33)],
    ['tls_failed', 78, given(untrusted)],
    ['not_authorized', 78, errorFromCode(29)],
    ['broker_refused', 1, errorFromCode(44)],
  ] as const)('%s, exit %i', ([code, exit, error]) => {
    const failure = kafkaFailure(error, ['10.0.0.1:9092', '10.0.0.2:9092'])
    expect({ code: failure.code, exit: failure.exit }).toEqual({ code, exit })
    expect(failure.message).toContain('10.0.0.1:9092, 10.0.0.2:9092')
  })

  test('no descriptor for a connection is no broker that is away', () => {
    expect(kafkaFailure(given(exhausted), ['b:1'])).toMatchObject({ code: 'descriptors', exit: 74 })
  })

  test('a broker that closes the connection may want TLS or a login', () => {
    const closed = new kafkajs.KafkaJSConnectionError('Closed connection')
    expect(kafkaFailure(closed, ['b:1']).message).toMatch(/KAFKA_TLS_ENABLED and KAFKA_SASL_MECHANISM$/)
    expect(kafkaFailure(refused, ['b:1']).message).not.toContain('KAFKA_TLS_ENABLED')
  })

  test('an error that is already for a person stays as it is', () => {
    const error = new SuiteError('any', 'text', { exit: 74 })
    expect(kafkaFailure(error, [])).toBe(error)
  })
})

describe('trying again', () => {
  test('goes on while the error is transient', async () => {
    let tries = 0
    const answer = await retryTransient(5_000, async () => {
      tries += 1
      if (tries < 3) throw refused
      return tries
    })
    expect(answer).toBe(3)
  })

  test('stops at once at an error that stays', async () => {
    let tries = 0
    const work = retryTransient(5_000, async () => {
      tries += 1
      throw badPassword
    })
    await expect(work).rejects.toBe(badPassword)
    expect(tries).toBe(1)
  })

  test('makes one try with no time at all', async () => {
    let tries = 0
    const work = retryTransient(0, async () => {
      tries += 1
      throw refused
    })
    await expect(work).rejects.toBe(refused)
    expect(tries).toBe(1)
  })
})
