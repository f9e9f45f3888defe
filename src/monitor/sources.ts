/** Everything that answers the model from outside: the tail, the business figures, the search, each in a worker. */
import { systemClock } from '../shared/runtime/clock.js'
import { BusinessClient } from './business/client.js'
import type { Action, Setup, SourceEffect } from './model/state.js'
import { MomentClient } from './moment/client.js'
import { save } from './query/save-client.js'
import { SearchClient } from './query/search-client.js'
import { startTail } from './tail/client.js'

export interface Sources {
  /** Does what the model asks for; answers come back as actions. */
  run(effect: SourceEffect): void
  close(): Promise<void>
}

export interface SourcesOptions {
  dispatch(action: Action): void
  /** A worker died: a bug. */
  onCrash(error: Error): void
}

export function openSources(setup: Setup, { dispatch, onCrash }: SourcesOptions): Sources {
  const tail = startTail(setup, {
    onUpdate: (update) => dispatch({ type: 'tail', update, nowMs: systemClock.now() }),
    onDetail: (queryId, detail) => dispatch({ type: 'detail', queryId, detail }),
    onCrash,
  })
  const onUpdate = (update: Extract<Action, { type: 'business' }>['update']): void =>
    dispatch({ type: 'business', update })
  const business = new BusinessClient(setup, { onUpdate, onCrash })
  const search = new SearchClient(setup, (update) => dispatch({ type: 'search', update }))
  const moments = new MomentClient(setup, {
    onAnswer: (answer) => dispatch({ type: 'moment', answer }),
    onCrash,
  })
  return {
    run: (effect) => {
      if (effect.type === 'business') business.choose(effect.scope)
      else if (effect.type === 'detail') tail.ask(effect)
      else if (effect.type === 'search') search.start(effect)
      else if (effect.type === 'moment') moments.ask(effect)
      else if (effect.type === 'save') save(setup, effect, (text) => dispatch({ type: 'notice', text }))
      else search.stop()
    },
    close: async () => {
      search.stop()
      await Promise.all([tail.close(), business.close(), moments.close()])
    },
  }
}
