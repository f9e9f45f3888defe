/** Everything that answers the model from outside: the tails, the business figures, the search, each in a worker. */
import type { BusinessClient } from './business/client.js'
import type { LookName } from './model/look.js'
import type { Action, Setup, SourceEffect } from './model/state.js'
import { MomentClient } from './moment/client.js'
import { save } from './query/save-client.js'
import { SearchClient } from './query/search-client.js'
import type { Watch, WatchListener } from './watch.js'

export interface Sources {
  /** Does what a look asks for; answers come back to it as actions. */
  run(effect: SourceEffect, from: LookName): void
  close(): Promise<void>
}

interface AnswersOptions extends WatchListener {
  /** Of the same look. */
  business: BusinessClient
}

/** The questions of one look, each answered by a worker of its own. */
class Answers {
  readonly #setup: Setup
  readonly #tell: (action: Action) => void
  readonly #business: BusinessClient
  readonly #search: SearchClient
  readonly #moments: MomentClient
  #isLeft = false

  constructor(setup: Setup, from: LookName, { dispatch, onCrash, business }: AnswersOptions) {
    this.#setup = setup
    this.#business = business
    this.#tell = (action) => {
      if (!this.#isLeft) dispatch(action, from)
    }
    business.listen({ onUpdate: (update) => this.#tell({ type: 'business', update }), onCrash })
    this.#search = new SearchClient(setup, (update) => this.#tell({ type: 'search', update }))
    this.#moments = new MomentClient(setup, {
      onAnswer: (answer) => this.#tell({ type: 'moment', answer }),
      onCrash,
    })
  }

  run(effect: Exclude<SourceEffect, { type: 'detail' | 'leave' }>): void {
    if (effect.type === 'business') this.#business.choose(effect.scope)
    else if (effect.type === 'search') this.#search.start(effect)
    else if (effect.type === 'prepareSearch') this.#search.prepare()
    else if (effect.type === 'moment') this.#moments.ask(effect)
    else if (effect.type === 'save') save(this.#setup, effect, (text) => this.#tell({ type: 'notice', text }))
    else this.#search.stop()
  }

  async close(): Promise<void> {
    this.#isLeft = true
    await Promise.all([this.#business.close(), this.#search.close(), this.#moments.close()])
  }
}

/** Connects what is watched, which stays the caller's to close, and answers the rest by workers of its own. */
export function openSources(setup: Setup, watch: Watch, listener: WatchListener): Sources {
  watch.listen(listener)
  // One look at a time is looked at, so one asks.
  let answers: Answers | null = null
  const leave = async (): Promise<void> => {
    const left = answers
    answers = null
    await left?.close()
  }
  return {
    run: (effect, from) => {
      const journal = 'journal' in from ? from.journal : 0
      if (effect.type === 'leave') void leave()
      else if (effect.type === 'detail') watch.ask(effect, { journal: effect.at.journal ?? journal, from })
      else {
        const own = { ...setup, ...setup.journals[journal] }
        answers ??= new Answers(own, from, { ...listener, business: watch.business(own, from) })
        answers.run(effect)
      }
    },
    close: leave,
  }
}
