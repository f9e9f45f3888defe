/**
 * Goal: notice when a kafkajs other than 2.2.4 no longer has what `internals.ts` relies on.
 * Method: look at its insides, and speak to it over loopback as a broker would.
 */
import { once } from 'node:events'
import { createRequire } from 'node:module'
import type { AddressInfo, Server } from 'node:net'
import kafkajs from 'kafkajs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ArrivedBatch, decodeBatches } from '../../../../src/shared/kafka/arrived-batch.js'
import {
  createCluster,
  errorFromCode,
  isTransientText,
  payloadOf,
  repairKafkajs,
} from '../../../../src/shared/kafka/internals.js'
import { RecordBatch } from '../../../../src/shared/kafka/record-batch.js'
import { eventually } from '../../../support/eventually.js'
import { answer, correlationIdOf, listen } from '../../../support/loopback.js'

const require = createRequire(import.meta.url)
const { version } = require('kafkajs/package.json') as { version: string }

interface TestConnection {
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  send(request: object): Promise<string>
  processData(data: Buffer): void
  requestQueue: {
    fulfillRequest(answer: { correlationId: number; payload: Buffer }): void
    throttleCheckTimeoutId: NodeJS.Timeout | null
    throttledUntil: number
    inflight: Map<number, object>
  }
}

const Connection = require('kafkajs/src/network/connection') as new (options: object) => TestConnection
const socketFactory = (require('kafkajs/src/network/socketFactory') as () => object)()

const silent = { debug() {}, info() {}, warn() {}, error() {}, namespace: () => silent }

test('kafkajs is the version that was read', () => {
  expect(version).toBe('2.2.4')
})

test('its cluster has every method that is used', () => {
  const cluster = createCluster(
    new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: kafkajs.logLevel.NOTHING }),
  )
  const used = [
    'connect',
    'disconnect',
    'isConnected',
    'refreshMetadata',
    'refreshMetadataIfNecessary',
    'metadata',
    'addMultipleTargetTopics',
    'findTopicPartitionMetadata',
    'findLeaderForPartitions',
    'findBroker',
    'findControllerBroker',
    'findGroupCoordinator',
    'removeBroker',
    'fetchTopicsOffset',
  ]
  const methods = cluster as unknown as Record<string, unknown>
  expect(used.filter((name) => typeof methods[name] !== 'function')).toEqual([])
  expect(cluster.brokerPool).toHaveProperty('metadata', null)
  expect(cluster).toMatchObject({ isolationLevel: 1 })
})

test('its brokers have every method that is used', () => {
  const Broker = require('kafkajs/src/broker') as { prototype: Record<string, unknown> }
  const used = ['isConnected', 'fetch', 'listOffsets', 'offsetFetch', 'leaveGroup', 'initProducerId']
  expect(used.filter((name) => typeof Broker.prototype[name] !== 'function')).toEqual([])
})

test('its table of errors knows the names that are acted upon', () => {
  expect(errorFromCode(3)).toMatchObject({ type: 'UNKNOWN_TOPIC_OR_PARTITION', retriable: true })
  expect(errorFromCode(6)).toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION', retriable: true })
  expect(errorFromCode(7)).toMatchObject({ type: 'REQUEST_TIMED_OUT', retriable: true })
  expect(errorFromCode(10)).toMatchObject({ type: 'MESSAGE_TOO_LARGE', retriable: false })
  expect(errorFromCode(18)).toMatchObject({ type: 'RECORD_LIST_TOO_LARGE', retriable: false })
  expect(errorFromCode(20)).toMatchObject({ type: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', retriable: true })
  expect(errorFromCode(45)).toMatchObject({ type: 'OUT_OF_ORDER_SEQUENCE_NUMBER', retriable: false })
  expect(errorFromCode(46)).toMatchObject({ type: 'DUPLICATE_SEQUENCE_NUMBER', retriable: false })
  expect(errorFromCode(47)).toMatchObject({ type: 'INVALID_PRODUCER_EPOCH', retriable: false })
  expect(errorFromCode(59)).toMatchObject({ type: 'UNKNOWN_PRODUCER_ID', retriable: false })
  expect(isTransientText(errorFromCode(5).message)).toBe(true)
  expect(isTransientText(errorFromCode(10).message)).toBe(false)
})

test('a payload is copied part by part', () => {
  const { buffer } = payloadOf(Buffer.from('head'), Buffer.from('batch'))
  const target = Buffer.alloc(12, '.')
  expect(buffer.length).toBe(9)
  expect(buffer.copy(target, 2)).toBe(9)
  expect(target.toString()).toBe('..headbatch.')
})

function connectionTo(server: Server, options: object = {}): TestConnection {
  const connection = new Connection({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger: silent,
    socketFactory,
    requestTimeout: 2_000,
    connectionTimeout: 2_000,
    enforceRequestTimeout: true,
    ...options,
  })
  onTestFinished(async () => void (await connection.disconnect()))
  return connection
}

const REQUEST = {
  request: { apiKey: 18, apiVersion: 0, apiName: 'Test', encode: async () => payloadOf(Buffer.alloc(0)) },
  response: { decode: async (payload: Buffer) => payload.toString(), parse: async (text: string) => text },
}

describe('repaired', () => {
  repairKafkajs()
  repairKafkajs()

  test('an answered request leaves no timer behind', async () => {
    const server = await listen((socket) =>
      socket.on('data', (request) => socket.write(answer(correlationIdOf(request), 'ok'))),
    )
    const connection = connectionTo(server)
    await connection.connect()
    expect(await connection.send(REQUEST)).toBe('ok')
    expect(connection.requestQueue.throttleCheckTimeoutId).toBeNull()
  })

  test('a throttled request is sent when the throttling is over', async () => {
    const server = await listen((socket) =>
      socket.on('data', (request) => socket.write(answer(correlationIdOf(request), 'ok'))),
    )
    const connection = connectionTo(server)
    await connection.connect()
    const before = Date.now()
    connection.requestQueue.throttledUntil = before + 100
    expect(await connection.send(REQUEST)).toBe('ok')
    expect(Date.now() - before).toBeGreaterThanOrEqual(95)
  })

  test('a request that is not answered in time fails when it is due, not at some later look', async () => {
    const server = await listen(() => {})
    const connection = connectionTo(server, { requestTimeout: 1_300 })
    await connection.connect()
    const before = performance.now()
    await expect(connection.send(REQUEST)).rejects.toMatchObject({ name: 'KafkaJSRequestTimeoutError' })
    const tookMs = performance.now() - before
    expect(tookMs).toBeGreaterThan(1_290)
    expect(tookMs).toBeLessThan(1_900)
  })

  test('a connection with nothing to wait for is looked at when a request could be due, and no more often', async () => {
    const server = await listen((socket) =>
      socket.on('data', (request) => socket.write(answer(correlationIdOf(request), 'ok'))),
    )
    const connection = connectionTo(server, { requestTimeout: 500 })
    await connection.connect()
    let looks = 0
    const { inflight } = connection.requestQueue
    connection.requestQueue.inflight = new Proxy(inflight, {
      get: (target, name) => {
        if (name === 'values') looks += 1
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await eventually(() => looks > 0, { message: 'a look for requests that are due' })
    const before = performance.now()
    const seen = looks
    await eventually(() => looks > seen, { message: 'another one' })
    expect(performance.now() - before).toBeGreaterThan(400)
    expect(await connection.send(REQUEST)).toBe('ok')
  })

  test('requests that find the connection closed open one socket between them', async () => {
    let accepted = 0
    const server = await listen((socket) => {
      accepted += 1
      socket.on('data', (request) => socket.write(answer(correlationIdOf(request), 'ok')))
    })
    const connection = connectionTo(server)
    await Promise.all([connection.connect(), connection.connect(), connection.connect()])
    // Answered over the last socket, so that the listener has met the ones before.
    expect(await connection.send(REQUEST)).toBe('ok')
    expect(accepted).toBe(1)
  })

  test('an answer that comes whole is handed on where it stands', () => {
    const connection = new Connection({ logger: silent })
    const taken: { correlationId: number; payload: Buffer }[] = []
    connection.requestQueue.fulfillRequest = (given) => taken.push(given)
    const answers = [answer(1, 'one'), answer(2, 'two')]
    for (const each of answers) connection.processData(each)
    expect(taken.map(({ payload }) => payload.toString())).toEqual(['one', 'two'])
    for (const [index, { payload }] of taken.entries()) expect(payload.buffer).toBe(answers[index]?.buffer)
  })

  test('its batches are read with the decoder of ours, each as one message', async () => {
    const batch = new RecordBatch()
    const headers: [string, string][] = [
      ['constructor', '1'],
      ['a', '2'],
      ['constructor', '3'],
    ]
    batch.append({ key: null, value: null, headers, timestamp: 0 }, 1_000)
    const bytes = Buffer.from(batch.seal({ producerId: 0n, epoch: 0 }, 0))
    const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object
    const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
      decoder: object,
    ) => Promise<{ records: ArrivedBatch[] }>
    const { records: batches } = await decodeBatch(new Decoder(bytes))
    expect(batches.map(({ offset }) => offset)).toEqual([0])
    const { records } = decodeBatches(batches, { from: 0 })
    expect([...(records[0]?.headers ?? [])]).toEqual(
      headers.map(([name, value]) => [name, Buffer.from(value)]),
    )
  })

  test('half an answer from a broken connection does not spoil the next one', async () => {
    let life = 0
    const server = await listen((socket) => {
      life += 1
      const isFirst = life === 1
      socket.on('data', (request) => {
        const whole = answer(correlationIdOf(request), 'an answer')
        if (isFirst) socket.end(whole.subarray(0, 10))
        else socket.write(whole)
      })
    })
    const connection = connectionTo(server)
    await connection.connect()
    await expect(connection.send(REQUEST)).rejects.toThrow('Closed connection')
    await connection.connect()
    expect(await connection.send(REQUEST)).toBe('an answer')
  })

  test('a connection on which a request is not answered in time is broken, and the next one is another', async () => {
    const ended: Promise<unknown>[] = []
    const server = await listen((socket) => {
      const isFirst = ended.length === 0
      ended.push(once(socket, 'close'))
      socket.on('data', (request) => {
        if (!isFirst) socket.write(answer(correlationIdOf(request), 'ok'))
      })
    })
    const connection = connectionTo(server, { requestTimeout: 200 })
    await connection.connect()
    await expect(connection.send(REQUEST)).rejects.toMatchObject({ name: 'KafkaJSRequestTimeoutError' })
    await ended[0]
    await connection.connect()
    expect(await connection.send(REQUEST)).toBe('ok')
    expect(ended).toHaveLength(2)
  })
})
