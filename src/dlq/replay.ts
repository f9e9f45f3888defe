/**
 * Sends dead letters back to the topics of their records, each once.
 *
 * Every portion is noted on the dead-letter topic before it is sent and after it arrived. A replay that was broken
 * off in between is looked up on the records' topics before anything is sent again; one that runs at the same time
 * is noticed by its notes, and gives way or is given way to.
 */
import { randomUUID } from 'node:crypto'
import { parseOrigin, REPLAY_OF_HEADER } from '../shared/contract/dead-letter.js'
import type { KafkaClient } from '../shared/kafka/client.js'
import { openSender, type Sender } from '../shared/kafka/sender.js'
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import type { Letter } from './letter.js'
import { addNote, type LetterBox, readLetterBox, readLetters, replayedSince } from './letter-box.js'
import { type Note, noteRecord } from './note.js'

/** Bounds of what is sent between two notes. */
const PORTION_LETTERS_MAX = 100
const PORTION_BYTES_MAX = 4 * 1024 * 1024
/** A portion is given up after this long, so a note without its end that is twice as old is of a replay that is over. */
const PORTION_DEADLINE_MS = 30_000
const PORTION_AGE_MS = PORTION_DEADLINE_MS * 2
/** How far the clocks of two machines may be apart. */
const CLOCK_SKEW_MS = 5 * 60_000

type Sent = Letter & { id: string }

export interface ReplayResult {
  replayed: number
  /** Letters that their topic does not take, and why. */
  refused: { origin: string; reason: string }[]
}

export class Replay {
  readonly #client: KafkaClient
  readonly #dlqTopic: string
  readonly #box: LetterBox
  readonly #startedAt = systemClock.now()
  readonly #senders = new Map<string, Sender>()
  readonly #own = new Set<string>()

  /** @param box What the dead-letter topic holds now; it is kept true. */
  constructor(client: KafkaClient, dlqTopic: string, box: LetterBox) {
    this.#client = client
    this.#dlqTopic = dlqTopic
    this.#box = box
  }

  /**
   * Finds out what became of replays that were broken off.
   * @throws {SuiteError} `replay_running` (1) where one may still run.
   */
  async settleBrokenOff(): Promise<void> {
    const open = [...this.#box.open.values()]
    if (open.length === 0) return
    const begunMs = open.map(({ timestamp }) => Date.parse(timestamp))
    const ageMs = systemClock.now() - Math.max(...begunMs)
    if (ageMs < PORTION_AGE_MS) throw running(PORTION_AGE_MS - ageMs)
    const origins = new Set(open.flatMap((note) => note.origins))
    const found = await replayedSince(this.#client, {
      topics: topicsOf(origins),
      fromMs: Math.min(...begunMs) - CLOCK_SKEW_MS,
      origins,
    })
    for (const { id, origins: begun } of open) {
      await this.#note({ id, state: 'done', origins: begun.filter((origin) => found.has(origin)) })
    }
  }

  /**
   * Sends the letters of `origins` that were not replayed before.
   *
   * @throws {SuiteError} `replay_running` (1) for another replay at the same time, `replay_unknown` (69) where the
   * brokers went away in between: what is known is noted, and the next replay finds out the rest.
   */
  async send(origins: ReadonlySet<string>): Promise<ReplayResult> {
    const result: ReplayResult = { replayed: 0, refused: [] }
    for await (const portion of portions(readLetters(this.#client, this.#dlqTopic, origins))) {
      await this.#sendPortion(portion, result)
    }
    return result
  }

  async close(): Promise<void> {
    await Promise.all([...this.#senders.values()].map((sender) => sender.close()))
  }

  async #sendPortion(letters: Sent[], result: ReplayResult): Promise<void> {
    const id = randomUUID()
    this.#own.add(id)
    await this.#note({ id, state: 'begun', origins: letters.map((letter) => letter.id) })
    if (await this.#isInCompany()) {
      await this.#note({ id, state: 'done', origins: [] })
      throw running(0)
    }
    const arrived: string[] = []
    const unknown: string[] = []
    for (const [topic, ofTopic] of Map.groupBy(letters, ({ origin }) => origin.topic)) {
      const outcomes = await this.#senderOf(topic).send(ofTopic.map(asRecord))
      for (const [index, outcome] of outcomes.entries()) {
        const { id: origin } = ofTopic[index]!
        if (outcome.sent) arrived.push(origin)
        else if (outcome.isAway) unknown.push(outcome.reason)
        else result.refused.push({ origin, reason: outcome.reason })
      }
    }
    result.replayed += arrived.length
    if (unknown.length > 0) throw interrupted(result.replayed, unknown)
    await this.#note({ id, state: 'done', origins: arrived })
  }

  /** True where a replay other than this one has written notes since this one began. */
  async #isInCompany(): Promise<boolean> {
    const fromMs = this.#startedAt - CLOCK_SKEW_MS
    const { notes } = await readLetterBox(this.#client, { dlqTopic: this.#dlqTopic, fromMs })
    return [...notes.keys()].some((id) => !this.#own.has(id) && !this.#box.notes.has(id))
  }

  async #note(note: Pick<Note, 'id' | 'state' | 'origins'>): Promise<void> {
    const timestamp = new Date(systemClock.now()).toISOString()
    const whole: Note = { v: 1, id: note.id, state: note.state, timestamp, origins: note.origins }
    const [outcome] = await this.#senderOf(this.#dlqTopic).send([noteRecord(whole)])
    if (!outcome?.sent) {
      throw new SuiteError(
        'replay_not_noted',
        `topic ${this.#dlqTopic} does not take the notes of a replay (${outcome?.reason}); without them nothing is sent`,
        { exit: ExitCode.unavailable },
      )
    }
    addNote(this.#box, whole)
  }

  #senderOf(topic: string): Sender {
    const sender =
      this.#senders.get(topic) ?? openSender(this.#client, { topic, deadlineMs: PORTION_DEADLINE_MS })
    this.#senders.set(topic, sender)
    return sender
  }
}

const asRecord = ({ id, key, value, headers }: Sent): Pick<Letter, 'key' | 'value' | 'headers'> => ({
  key,
  value,
  headers: [...headers, [REPLAY_OF_HEADER, Buffer.from(id)]],
})

async function* portions(letters: AsyncIterable<Sent>): AsyncGenerator<Sent[]> {
  let portion: Sent[] = []
  let bytes = 0
  for await (const letter of letters) {
    portion.push(letter)
    bytes += letter.value?.length ?? 0
    if (portion.length < PORTION_LETTERS_MAX && bytes < PORTION_BYTES_MAX) continue
    yield portion
    portion = []
    bytes = 0
  }
  if (portion.length > 0) yield portion
}

/** Topics that letters of these origins go back to. */
export const topicsOf = (origins: Iterable<string>): string[] => [
  ...new Set([...origins].flatMap((origin) => parseOrigin(origin)?.topic ?? [])),
]

const running = (waitMs: number): SuiteError =>
  new SuiteError(
    'replay_running',
    `another replay runs, or was broken off a moment ago; nothing more was sent. Try again${waitMs === 0 ? '' : ` in ${Math.ceil(waitMs / 1_000)} s`}`,
    { exit: ExitCode.failed },
  )

const interrupted = (replayed: number, reasons: string[]): SuiteError =>
  new SuiteError(
    'replay_unknown',
    `${replayed} letters were replayed; of ${reasons.length} more it is not known (${reasons[0]}). Try again in ${PORTION_AGE_MS / 1_000} s: what arrived is looked up first`,
    { exit: ExitCode.unavailable },
  )
