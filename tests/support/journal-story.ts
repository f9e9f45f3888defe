/** What a journal tells, short enough to be written down in a test. */
import { readJournal } from './oracle.js'

/** Every line of a journal in a few words, positions first of all. */
export const story = (eventsFile: string): string[] =>
  readJournal(eventsFile).map((line) => {
    const { event_type, kafka_partition: p } = line
    if (event_type.startsWith('message.received')) return `${p}@${line['kafka_offset']}`
    if (event_type === 'journal.gap')
      return `gap ${p}@${line['from_offset']}-${line['to_offset']} ${line['reason']}`
    if (event_type === 'journal.epoch')
      return `epoch ${line['epoch']} ${p}@${line['from_offset']} ${line['reason']}`
    if (event_type === 'journal.assigned')
      return `assigned ${p}@${line['from_offset']} ${line['previous_instance']}`
    if (event_type === 'journal.cluster') return `cluster ${line['cluster_id']}`
    return event_type.replace('journal.', '')
  })
