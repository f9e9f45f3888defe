/**
 * The topics that orderscope needs: creates what is missing, describes what is there, alters nothing.
 *
 * An existing topic may be somebody's; where it differs from the settings the difference is returned for showing.
 */
import kafkajs, { type Admin } from 'kafkajs'
import { DLQ_HEADROOM_BYTES, TOPIC_RECORD_BYTES_MAX } from '../contract/limits.js'
import type { Settings } from '../runtime/config/load.js'
import { ExitCode, SuiteError } from '../runtime/errors.js'
import type { KafkaClient } from './client.js'
import { isTransient, kafkaFailure, retryTransient, rootError } from './failure.js'

/** Kafka's default of `max.message.bytes`, for a topic whose configuration may not be read. */
export const MESSAGE_BYTES_MAX_DEFAULT = 1_048_588

/** A topic that takes more than is wanted will do. */
const SIZE_LIMIT = 'max.message.bytes'

export type TopicSettings = Pick<
  Settings,
  | 'topics'
  | 'dlqTopic'
  | 'headsTopic'
  | 'journalAnchor'
  | 'topicPartitions'
  | 'topicReplication'
  | 'topicRetentionMs'
>

export interface TopicDescription {
  topic: string
  partitions: number
  replication: number
  /** `max.message.bytes`: the largest record batch it takes; null where the rights to read it are missing. */
  messageBytesMax: number | null
  /** By name; empty where the rights to read it are missing. */
  config: Record<string, string>
}

export interface TopicDifference {
  /** `partitions`, `replication` or the name of a topic configuration. */
  name: string
  wanted: string
  found: string
}

export interface TopicReport extends TopicDescription {
  created: boolean
  /** How an existing topic differs from what would have been created. */
  differences: TopicDifference[]
}

/** A new topic becomes known to every broker within this time. */
const SETTLE_MS = 10_000

/** Asking and creating; a fresh broker refuses both for a moment. */
const CALL_MS = 10_000

/**
 * Creates the configured topics, the dead-letter topic and the heads topic (where heads go to no file) where they are
 * missing, and describes them all.
 *
 * Replication is the setting or the number of brokers, whichever is less. The dead-letter topic takes records
 * {@link DLQ_HEADROOM_BYTES} larger than the largest of the others.
 * @throws {SuiteError} `broker_unavailable` (69), `not_authorized` (78), `topic_too_large` (78) for a topic that
 *   takes records above {@link TOPIC_RECORD_BYTES_MAX}, `topic_refused` (78) with the broker's reason.
 */
export function ensureTopics(client: KafkaClient, settings: TopicSettings): Promise<TopicReport[]> {
  return withAdmin(client, async (admin) => {
    const brokers = (await retryTransient(CALL_MS, () => admin.describeCluster())).brokers.length
    const wanted = {
      replication: Math.min(settings.topicReplication, brokers),
      config: { 'cleanup.policy': 'delete', 'retention.ms': String(settings.topicRetentionMs) },
    }
    const reports: TopicReport[] = []
    for (const topic of settings.topics) {
      reports.push(await ensureTopic(admin, { ...wanted, topic, partitions: settings.topicPartitions }))
    }
    for (const report of reports) refuseTooLarge(report)
    const largest = Math.max(...reports.map((report) => report.messageBytesMax ?? MESSAGE_BYTES_MAX_DEFAULT))
    const config = { ...wanted.config, [SIZE_LIMIT]: String(largest + DLQ_HEADROOM_BYTES) }
    reports.push(await ensureTopic(admin, { ...wanted, config, topic: settings.dlqTopic, partitions: 1 }))
    if (settings.journalAnchor === null)
      reports.push(await ensureTopic(admin, { ...wanted, topic: settings.headsTopic, partitions: 1 }))
    return reports
  })
}

/**
 * Describes the topics of `topics` that are there, in that order; missing ones are left out.
 * @throws {SuiteError} `broker_unavailable` (69).
 */
export function describeTopics(client: KafkaClient, topics: string[]): Promise<TopicDescription[]> {
  return withAdmin(client, async (admin) => {
    const present = new Set(await retryTransient(CALL_MS, () => admin.listTopics()))
    const descriptions: TopicDescription[] = []
    for (const topic of topics) {
      if (!present.has(topic)) continue
      descriptions.push(await describe(admin, topic))
    }
    return descriptions
  })
}

async function withAdmin<T>(client: KafkaClient, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = client.kafka.admin()
  try {
    await retryTransient(CALL_MS, () => admin.connect())
    return await work(admin)
  } catch (error) {
    throw kafkaFailure(error, client.brokers)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

interface Wanted {
  topic: string
  partitions: number
  replication: number
  config: Record<string, string>
}

async function ensureTopic(admin: Admin, wanted: Wanted): Promise<TopicReport> {
  const present = await retryTransient(CALL_MS, () => admin.listTopics())
  const created = !present.includes(wanted.topic) && (await create(admin, wanted))
  const found = await describe(admin, wanted.topic)
  return { ...found, created, differences: created ? [] : differences(wanted, found) }
}

/** False where somebody else created it meanwhile. */
async function create(admin: Admin, { topic, partitions, replication, config }: Wanted): Promise<boolean> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  const request = { topic, numPartitions: partitions, replicationFactor: replication, configEntries }
  try {
    // No waiting for leaders here: `describe` waits, also for a topic that the broker does not know yet.
    return await retryTransient(CALL_MS, () =>
      admin.createTopics({ topics: [request], waitForLeaders: false }),
    )
  } catch (error) {
    const { type, message } = rootError(error)
    if (type === undefined || isTransient(error) || type.endsWith('_AUTHORIZATION_FAILED')) throw error
    throw new SuiteError(
      'topic_refused',
      `the broker refuses to create topic ${topic} with ${partitions} partitions, replication ${replication}: ${message} (${type}); change ORDERSCOPE_TOPIC_*, or create it yourself`,
      { exit: ExitCode.configuration, context: { topic, type }, cause: error },
    )
  }
}

async function describe(admin: Admin, topic: string): Promise<TopicDescription> {
  const { topics } = await retryTransient(SETTLE_MS, () => admin.fetchTopicMetadata({ topics: [topic] }))
  const partitions = topics[0]?.partitions ?? []
  const config = await readConfig(admin, topic)
  const messageBytesMax = config[SIZE_LIMIT]
  return {
    topic,
    partitions: partitions.length,
    replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    messageBytesMax: messageBytesMax === undefined ? null : Number(messageBytesMax),
    config,
  }
}

async function readConfig(admin: Admin, topic: string): Promise<Record<string, string>> {
  try {
    const { resources } = await retryTransient(CALL_MS, () =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
      }),
    )
    const entries = resources[0]?.configEntries ?? []
    return Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue]))
  } catch (error) {
    if (kafkaFailure(error, []).code === 'not_authorized') return {}
    throw error
  }
}

function differences(wanted: Wanted, found: TopicDescription): TopicDifference[] {
  const pairs: TopicDifference[] = [
    { name: 'partitions', wanted: String(wanted.partitions), found: String(found.partitions) },
    { name: 'replication', wanted: String(wanted.replication), found: String(found.replication) },
  ]
  for (const [name, value] of Object.entries(wanted.config)) {
    pairs.push({ name, wanted: value, found: found.config[name] ?? value })
  }
  return pairs.filter((pair) =>
    pair.name === SIZE_LIMIT ? Number(pair.found) < Number(pair.wanted) : pair.wanted !== pair.found,
  )
}

function refuseTooLarge({ topic, messageBytesMax }: TopicDescription): void {
  if (messageBytesMax === null || messageBytesMax <= TOPIC_RECORD_BYTES_MAX) return
  throw new SuiteError(
    'topic_too_large',
    `topic ${topic} takes records up to ${messageBytesMax} bytes (max.message.bytes); a journal line holds ${TOPIC_RECORD_BYTES_MAX} at most; lower max.message.bytes, or track another topic`,
    { exit: ExitCode.configuration, context: { topic, messageBytesMax, limit: TOPIC_RECORD_BYTES_MAX } },
  )
}
