/**
 * Answers what the state was at a moment, and reads the journal into the derived index between two answers.
 *
 * Runs in a worker thread of its own, started by the first jump: who never looks back does not pay for it.
 */
import { errorText, SuiteError } from '../../shared/runtime/errors.js'
import { IndexStore } from '../index/index-store.js'
import { JournalIndex } from '../index/journal-index.js'
import type { TailFiles } from '../tail/tail-session.js'
import { Turns } from '../tail/turns.js'
import { type Moment, type MomentQuestion, MomentReader } from './moment-reader.js'
import type { Target } from './target.js'

export interface MomentFiles extends TailFiles {
  /** Where the index may be kept, the first that can be written to. */
  indexFolders: readonly string[]
}

export interface NumberedQuestion extends MomentQuestion {
  queryId: number
}

export interface MomentAnswer {
  queryId: number
  /** Null where there is no journal, or it cannot be read. */
  moment: Moment | null
  problem: string | null
}

/** So often it is looked whether the journal has grown. */
const LOOK_MS = 1000

export class MomentSession {
  readonly #index: JournalIndex
  readonly #reader: MomentReader
  readonly #answer: (answer: MomentAnswer) => void
  readonly #timer: NodeJS.Timeout
  readonly #turns = new Turns(() => this.#step())
  /** Not answered yet; a later one takes its place. */
  #question: NumberedQuestion | null = null
  /** Answered before the index knew what lies before: answered once more when it does. */
  #unfinished: NumberedQuestion | null = null

  constructor({ indexFolders, ...files }: MomentFiles, answer: (answer: MomentAnswer) => void) {
    this.#index = new JournalIndex(files.eventsFile, new IndexStore(files.eventsFile, indexFolders))
    this.#reader = new MomentReader(files, this.#index)
    this.#answer = answer
    this.#timer = setInterval(() => this.#turns.ask(), LOOK_MS)
    void this.#index.fill().then(() => this.#turns.ask())
    this.#turns.ask()
  }

  /** Answers soon; a question that was asked before and is not answered yet never will be. */
  ask(question: NumberedQuestion): void {
    this.#question = question
    this.#turns.ask()
  }

  close(): void {
    this.#turns.close()
    clearInterval(this.#timer)
    this.#index.close()
  }

  /** Answers what was asked, then reads on; true while there is more. */
  #step(): boolean {
    const question = this.#canAnswer ? this.#question : null
    if (question) {
      this.#question = null
      this.#tell(question)
    }
    const hasMore = this.#readOn()
    const isIdle = !hasMore && !this.#index.isFilling && this.#question === null
    if (isIdle && this.#unfinished) this.#tell(this.#unfinished)
    return hasMore || (this.#question !== null && this.#canAnswer)
  }

  /** Without the index, all of the journal would have to be read to find a rejected record. */
  get #canAnswer(): boolean {
    return this.#question?.target.kind !== 'rejected' || this.#index.isComplete
  }

  /** A file that cannot be read now, because it is damaged or just went away, is tried again at the next look. */
  #readOn(): boolean {
    try {
      return this.#index.step()
    } catch (error) {
      if (!(error instanceof SuiteError)) throw error
      return false
    }
  }

  #tell(question: NumberedQuestion): void {
    const { queryId } = question
    this.#unfinished = null
    try {
      const moment = this.#reader.read(question)
      if (moment && !moment.isWhole && !this.#index.isComplete) this.#unfinished = question
      this.#answer({ queryId, moment, problem: moment ? null : nothingAt(question.target) })
    } catch (error) {
      this.#answer({ queryId, moment: null, problem: errorText(error) })
    }
  }
}

const nothingAt = (target: Target): string =>
  target.kind === 'rejected'
    ? `no record was rejected ${target.isLater ? 'after' : 'before'} #${target.seq}`
    : 'there is no journal yet'
