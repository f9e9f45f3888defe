/**
 * The only file that reaches behind the public face of kafkajs 2.2.4, and the list of what it relies on there.
 *
 * Three things: faults of its network code and its decoder that are repaired here, its cluster object (offsets, group and
 * producer requests that the public clients do not offer), and its table of errors. kafkajs is pinned and frozen;
 * tests/unit/shared/kafka/internals.test.ts fails when any of it moves.
 */
import { createRequire } from 'node:module'
import type { Kafka } from 'kafkajs'
import type { ArrivedBatch } from './arrived-batch.js'
import { repairFetching } from './internals-fetch.js'
import { repairNetwork } from './internals-network.js'

const require = createRequire(import.meta.url)

/** Repairs the faults of kafkajs that are told in the files of the repairs, for the whole process; doing it twice changes nothing. */
export function repairKafkajs(): void {
  repairNetwork()
  repairFetching()
}

/** Reads only what committed transactions wrote; `end` offsets are then the last stable ones. */
export const READ_COMMITTED = 1

export interface PartitionMetadata {
  partitionId: number
  /** Node id of the leader; -1 while there is none. */
  leader: number
  replicas: number[]
  isr: number[]
}

export interface ClusterMetadata {
  clusterId: string
  controllerId: number
  brokers: { nodeId: number; host: string; port: number }[]
  topicMetadata: { topic: string; partitionMetadata: PartitionMetadata[] }[]
}

export interface FetchedPartition {
  partition: number
  errorCode: number
  highWatermark: string
  lastStableOffset: string
  /** In the place of messages, their batches. */
  messages: ArrivedBatch[]
}

/** Topics with the partitions that are asked about. */
export type TopicPartitions<P> = { topic: string; partitions: P[] }[]

/** A request in kafkajs' form, with its own bytes. */
export interface RawRequest<T> {
  request: {
    apiKey: number
    apiVersion: number
    apiName: string
    /** See {@link payloadOf}. */
    encode(): Promise<Encoder>
  }
  response: { decode(payload: Buffer): Promise<T>; parse(decoded: T): Promise<T> }
  /** Milliseconds; below the client's own request timeout it has no effect. */
  requestTimeout?: number
}

/** One broker. Every call may throw a {@link KafkaError}. */
export interface Broker {
  nodeId: number
  isConnected(): boolean
  fetch(request: {
    isolationLevel: number
    maxWaitTime: number
    minBytes: number
    maxBytes: number
    topics: TopicPartitions<{ partition: number; fetchOffset: string; maxBytes: number }>
  }): Promise<{ responses: { topicName: string; partitions: FetchedPartition[] }[] }>
  listOffsets(request: {
    replicaId: -1
    isolationLevel: number
    /** -1 asks for the end, -2 for the earliest, else for the first offset at or after that time. */
    topics: TopicPartitions<{ partition: number; timestamp: number | string }>
  }): Promise<{
    responses: TopicPartitions<{ partition: number; errorCode: number; timestamp: string; offset: string }>
  }>
  offsetFetch(request: { groupId: string; topics: TopicPartitions<{ partition: number }> }): Promise<{
    /** Offset -1: nothing committed. */
    responses: TopicPartitions<{ partition: number; offset: string; metadata: string | null }>
  }>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
  initProducerId(request: { transactionTimeout: number }): Promise<{
    /** A 64-bit integer as a Long object; its text is the number. */
    producerId: { toString(): string }
    producerEpoch: number
  }>
  /** By number of the request; null before there is a connection. */
  versions: Record<number, { minVersion: number; maxVersion: number }> | null
  connectionPool: { host: string; port: number; send<T>(request: RawRequest<T>): Promise<T> }
}

/** kafkajs' view of the cluster: connections, metadata, who leads what. */
export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isConnected(): boolean
  /** Reads the metadata of the target topics anew; of all topics while there are none. */
  refreshMetadata(): Promise<void>
  /** The same when older than five minutes. */
  refreshMetadataIfNecessary(): Promise<void>
  /** Null where no broker answered. Throws UNKNOWN_TOPIC_OR_PARTITION for a topic that is not there. */
  metadata(request: { topics: string[] }): Promise<ClusterMetadata | null>
  addMultipleTargetTopics(topics: string[]): Promise<void>
  /** Empty where the topic is not known. */
  findTopicPartitionMetadata(topic: string): PartitionMetadata[]
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
  findBroker(request: { nodeId: string }): Promise<Broker>
  findControllerBroker(): Promise<Broker>
  findGroupCoordinator(request: { groupId: string }): Promise<Broker>
  /** Forgets a broker whose connection broke; the next metadata brings it back. */
  removeBroker(address: { host: string; port: number }): void
  fetchTopicsOffset(
    topics: {
      topic: string
      partitions: { partition: number }[]
      fromBeginning?: boolean
      fromTimestamp?: number
    }[],
  ): Promise<TopicPartitions<{ partition: number; offset: string }>>
  /** The metadata read last; null before {@link Cluster.refreshMetadata}. */
  brokerPool: { metadata: ClusterMetadata | null }
}

const CREATE_CLUSTER = 'private:Kafka:createCluster'
const METADATA_AGE_MAX_MS = 300_000

type ClusterFactory = (options: {
  metadataMaxAge: number
  allowAutoTopicCreation: boolean
  isolationLevel: number
}) => Cluster

/** A cluster of its own, not yet connected; it never creates topics, and reads only what is committed. */
export function createCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER)
  const factory = symbol && (kafka as unknown as Record<symbol, ClusterFactory>)[symbol]
  if (!factory) throw new Error(`kafkajs has no ${CREATE_CLUSTER}; it is pinned to 2.2.4`)
  return factory({
    metadataMaxAge: METADATA_AGE_MAX_MS,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  })
}

interface ProtocolErrorCode {
  type: string
  code: number
  retriable: boolean
  message: string
}

const protocolErrors = require('kafkajs/src/protocol/error') as {
  errorCodes: ProtocolErrorCode[]
  createErrorFromCode(code: number): KafkaError
}

/** What kafkajs throws. `type` is Kafka's name of the error where a broker answered one. */
export interface KafkaError extends Error {
  retriable?: boolean
  type?: string
  /** Kafka's number or the system's word (`ECONNREFUSED`). */
  code?: number | string
  broker?: string
  cause?: unknown
  /** Where one call failed for several topics. */
  errors?: KafkaError[]
}

/** The error that kafkajs throws for Kafka's error number `code`. */
export const errorFromCode = (code: number): KafkaError => protocolErrors.createErrorFromCode(code)

const TRANSIENT_TEXTS = new Set(
  protocolErrors.errorCodes.filter(({ retriable }) => retriable).map(({ message }) => message),
)

/** True for the text of a broker's error that kafkajs tries again by itself. */
export const isTransientText = (text: string): boolean => TRANSIENT_TEXTS.has(text)

/** What kafkajs takes for its own `Encoder` when it puts a request together: it asks for the length and a copy. */
interface Encoder {
  buf: Buffer
  buffer: { length: number; copy(target: Buffer, at: number): number }
}

/** `parts`, one after the other, as the payload of a {@link RawRequest}; copied once, when the request is sent. */
export function payloadOf(...parts: [Buffer, ...Buffer[]]): Encoder {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const copy = (target: Buffer, start: number): number => {
    let at = start
    for (const part of parts) at += part.copy(target, at)
    return length
  }
  return { buf: parts[0], buffer: { length, copy } }
}
