/**
 * Goal: fetches take the short way, and the long one where somebody has to log in first.
 * Method: a broker of kafkajs that was told no versions cannot go the long way, so that the two are told apart.
 */
import { createRequire } from 'node:module'
import type { AddressInfo, Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { FETCH_API, FETCH_VERSION, type FetchRequest } from '../../../../src/shared/kafka/fetch-wire.js'
import { repairKafkajs } from '../../../../src/shared/kafka/internals.js'
import { answer, correlationIdOf, listen } from '../../../support/loopback.js'

const require = createRequire(import.meta.url)

interface TestBroker {
  fetch(request: FetchRequest): Promise<{ responses: unknown[] }>
  disconnect(): Promise<void>
}

const Broker = require('kafkajs/src/broker') as new (options: object) => TestBroker
const ConnectionPool = require('kafkajs/src/network/connectionPool') as new (options: object) => object
const socketFactory = (require('kafkajs/src/network/socketFactory') as () => object)()

const silent = { debug() {}, info() {}, warn() {}, error() {}, namespace: () => silent }

const REQUEST: FetchRequest = {
  maxWaitTime: 500,
  minBytes: 1,
  maxBytes: 1_000,
  isolationLevel: 1,
  topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 1_000 }] }],
}

/** `throttle_time_ms error_code session_id [topic]` of nothing. */
const NOTHING = Buffer.alloc(4 + 2 + 4 + 4)

function brokerAt(server: Server, { sasl }: { sasl: object | null }): TestBroker {
  const connectionPool = new ConnectionPool({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    logger: silent,
    socketFactory,
    sasl,
    requestTimeout: 2_000,
    connectionTimeout: 2_000,
    enforceRequestTimeout: true,
  })
  const versions = { [FETCH_API]: { minVersion: 0, maxVersion: FETCH_VERSION } }
  const broker = new Broker({ connectionPool, logger: silent, versions })
  onTestFinished(() => broker.disconnect())
  return broker
}

repairKafkajs()

test('a fetch is asked for and read without the layers of kafkajs where nobody logs in', async () => {
  const server = await listen((socket) =>
    socket.on('data', (request) => socket.write(answer(correlationIdOf(request), NOTHING))),
  )
  const broker = brokerAt(server, { sasl: null })
  expect(await broker.fetch(REQUEST)).toMatchObject({ responses: [] })
  expect(await broker.fetch(REQUEST)).toMatchObject({ responses: [] })
})

test('a fetch over a connection that has not logged in is left to kafkajs', async () => {
  const asked: Buffer[] = []
  const server = await listen((socket) => socket.on('data', (request) => asked.push(request)))
  const broker = brokerAt(server, { sasl: { mechanism: 'plain', username: 'u', password: 'p' } })
  await expect(broker.fetch(REQUEST)).rejects.toThrow('Broker not connected')
  expect(asked).toEqual([])
})
