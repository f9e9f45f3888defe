/**
 * Repairs of how kafkajs 2.2.4 fetches; part of `internals.ts`, with its guard tests.
 */
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { type FetchedTransactions, markAborted } from './aborted-records.js'
import { decodeBatch } from './batch-decoder.js'
import { decodeFetch, encodeFetch, FETCH_API, FETCH_VERSION, type FetchRequest } from './fetch-wire.js'
import { breakIfSilent } from './internals-network.js'

const require = createRequire(import.meta.url)

interface Fetched {
  responses: { partitions: FetchedTransactions[] }[]
}

interface FetchBroker {
  /** By number of the request; null before there is a connection. */
  versions: Record<number, { maxVersion: number }> | null
  connectionPool: {
    /** Its client's, by which that is known. */
    socketFactory: object
    getConnection(index: number): Promise<FetchConnection>
  }
  fetch(request: FetchRequest): Promise<Fetched>
  disconnect(): Promise<void>
}

interface FetchConnection {
  clientId: string
  socket: Socket
  isConnected(): boolean
  /** How it logs in; null where nobody has to. */
  sasl: object | null
  /** False for ever where nobody has to log in. */
  isAuthenticated(): boolean
  nextCorrelationId(): number
  requestQueue: {
    push(request: object): void
    /** Milliseconds. */
    maybeThrottle(clientSideThrottleTime: number): void
  }
}

interface FetchResponse {
  decode(payload: Buffer): Promise<Fetched & { clientSideThrottleTime: number }>
  /** Throws what the broker answered for the first partition that failed. */
  parse(decoded: Fetched): Promise<Fetched>
}

/** What one fetch of a consumer brought, by partition. */
type ConsumerFetch = (nodeId: number) => Promise<{ rawMessages: unknown[] }[]>

const broker = (require('kafkajs/src/broker') as { prototype: FetchBroker }).prototype
const group = (require('kafkajs/src/consumer/consumerGroup') as { prototype: { fetch: ConsumerFetch } })
  .prototype

const fetchOriginal = broker.fetch
const fetchForConsumerOriginal = group.fetch

/** What uses this module is loaded at the first fetch, so that a decoder put here in time is the one it takes. */
const batchDecoder = loadedModule('kafkajs/src/protocol/recordBatch/v0/decoder')
let responseModule: FetchResponse | null = null

/** Of each client, by the function that opens its sockets: what answers the fetches that wait for records. */
const waitingFetches = new WeakMap<object, Set<(fetched: Fetched) => void>>()

/** kafkajs keeps a connection to each broker for fetches alone, which may wait long for their answer. */
const FETCH_CONNECTION = 1
/** What a broker may take longer than it was asked to wait, milliseconds. */
const NETWORK_DELAY_MS = 100

function loadedModule(name: string): { exports: unknown } {
  require(name)
  const loaded = require.cache[require.resolve(name)]
  if (!loaded) throw new Error(`${name} is not in the cache of modules`)
  return loaded
}

/** Puts the repairs below in place; doing it twice changes nothing. */
export function repairFetching(): void {
  batchDecoder.exports = decodeBatch
  broker.fetch = fetchCommitted
  group.fetch = fetchForConsumer
}

function response(): FetchResponse {
  responseModule ??= require('kafkajs/src/protocol/requests/fetch/v11/response') as FetchResponse
  return responseModule
}

/** Fetches with the batches of aborted transactions marked like control records; see `aborted-records.ts`. */
async function fetchCommitted(this: FetchBroker, request: FetchRequest): Promise<Fetched> {
  const { socketFactory } = this.connectionPool
  const ended = Promise.withResolvers<Fetched>()
  const waiting = waitingFetches.get(socketFactory) ?? new Set()
  waitingFetches.set(socketFactory, waiting.add(ended.resolve))
  try {
    const fetched = await Promise.race([fetchDirectly(this, request), ended.promise])
    for (const { partitions } of fetched.responses) partitions.forEach(markAborted)
    return fetched
  } finally {
    waiting.delete(ended.resolve)
  }
}

/**
 * Has the fetches of the client that opens its sockets with `socketFactory` come back now, with nothing.
 *
 * A consumer that stops waits for them in vain: for up to half a second where a topic is at its end.
 */
export function endFetches(socketFactory: object): void {
  for (const end of waitingFetches.get(socketFactory) ?? []) end({ responses: [] })
}

/**
 * Asks and reads the answer without the layers between, which cost a tracker that gets an order now and then more than
 * the order does: modules that are looked for at every request, buffers for every field.
 *
 * The first request of a connection goes through all of them, which log in, and so does one to a broker before Kafka 2.3.
 */
async function fetchDirectly(to: FetchBroker, request: FetchRequest): Promise<Fetched> {
  if ((to.versions?.[FETCH_API]?.maxVersion ?? 0) < FETCH_VERSION) return fetchOriginal.call(to, request)
  const connection = await to.connectionPool.getConnection(FETCH_CONNECTION)
  const isReady = connection.isConnected() && (!connection.sasl || connection.isAuthenticated())
  if (!isReady) return fetchOriginal.call(to, request)
  try {
    const payload = await ask(connection, request)
    const decoded = decodeFetch(payload) ?? (await response().decode(payload))
    connection.requestQueue.maybeThrottle(decoded.clientSideThrottleTime)
    return await response().parse(decoded)
  } catch (error) {
    if ((error as Error).name === 'KafkaJSConnectionClosedError') await to.disconnect()
    throw error
  }
}

async function ask(connection: FetchConnection, request: FetchRequest): Promise<Buffer> {
  const { socket } = connection
  const correlationId = connection.nextCorrelationId()
  const bytes = encodeFetch(request, { correlationId, clientId: connection.clientId })
  const answered = Promise.withResolvers<{ payload: Buffer }>()
  const { resolve, reject } = answered
  const names = { apiKey: FETCH_API, apiName: 'Fetch', apiVersion: FETCH_VERSION }
  connection.requestQueue.push({
    entry: { ...names, correlationId, resolve, reject },
    expectResponse: true,
    requestTimeout: request.maxWaitTime + NETWORK_DELAY_MS,
    sendRequest: () => void connection.socket.write(bytes),
  })
  try {
    return (await answered.promise).payload
  } catch (error) {
    breakIfSilent(error, { connection, socket })
    throw error
  }
}

/** Keeps kafkajs from handing every partition of which nothing came through its queue of workers. */
async function fetchForConsumer(this: object, nodeId: number): ReturnType<ConsumerFetch> {
  const fetched = await fetchForConsumerOriginal.call(this, nodeId)
  return fetched.filter(({ rawMessages }) => rawMessages.length > 0)
}
