/** The dead-letter topic as tests need it: unwilling at will, and its letters by the record that they are of. */
import kafkajs from 'kafkajs'
import { readTopic, type TopicRecord, testAdmin } from './kafka.js'
import { type JournalLine, recordLines } from './oracle.js'

/** Sets the topic's configuration to exactly `config`. */
export async function configure(
  brokers: string,
  topic: string,
  config: Record<string, string>,
): Promise<void> {
  const admin = await testAdmin(brokers)
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }
  await admin.alterConfigs({ validateOnly: false, resources: [resource] })
}

/** Letters by origin; one that arrived twice is there twice. */
export async function lettersByOrigin(
  brokers: string,
  dlqTopic: string,
): Promise<Map<string, TopicRecord[]>> {
  const letters = new Map<string, TopicRecord[]>()
  for (const letter of await readTopic(brokers, dlqTopic)) {
    const origin = String(letter.headers['orderscope-origin'])
    letters.set(origin, [...(letters.get(origin) ?? []), letter])
  }
  return letters
}

/** Origins of the rejected records in a journal of one epoch, sorted. */
export const rejectedOrigins = (lines: JournalLine[]): string[] =>
  recordLines(lines)
    .filter((line) => line['error'])
    .map((line) => `${line['kafka_topic']}/${line['kafka_partition']}/${line['kafka_offset']}/0`)
    .sort()
