/** What a dead letter says of itself, and what a replayed record and a replay leave behind; see docs/formats.md. */

/** Where the record of a letter stands: `topic/partition/offset/epoch`. */
export const ORIGIN_HEADER = 'orderscope-origin'
/** Code of its rejection. */
export const REASON_HEADER = 'orderscope-reason'
/** The rejection for people. */
export const ERROR_HEADER = 'orderscope-error'

/** On a record that was replayed from a dead letter: the letter's origin. Rejected again, it is journaled only. */
export const REPLAY_OF_HEADER = 'orderscope-replay-of'

/** On a record of the dead-letter topic that is no letter but the note of a replay: `begun` or `done`. */
export const REPLAY_HEADER = 'orderscope-replay'

export interface Origin {
  topic: string
  partition: number
  offset: number
  epoch: number
}

export const originText = ({ topic, partition, offset, epoch }: Origin): string =>
  `${topic}/${partition}/${offset}/${epoch}`

/** The origin that `text` is, or null where it is none. */
export function parseOrigin(text: string): Origin | null {
  const found = /^([A-Za-z0-9._-]{1,249})\/(\d{1,10})\/(\d{1,16})\/(\d{1,10})$/.exec(text)
  if (!found) return null
  const [, topic = '', partition, offset, epoch] = found
  return { topic, partition: Number(partition), offset: Number(offset), epoch: Number(epoch) }
}
