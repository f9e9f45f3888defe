/**
 * Follows every journal that is watched, each in a worker of its own, and where there are several also all together.
 *
 * The workers begin at once; what they tell before anybody listens is held until then.
 */
import { systemClock } from '../shared/runtime/clock.js'
import { BusinessClient, type BusinessFiles } from './business/client.js'
import type { LookName } from './model/look.js'
import type { Action, Setup } from './model/state.js'
import { startTail, type TailQuestion } from './tail/client.js'
import { startUnion } from './union/client.js'
import type { UnionUpdate } from './union/protocol.js'

export interface WatchListener {
  dispatch(action: Action, to: LookName): void
  dispatchUnion(update: UnionUpdate): void
  /** A worker died: a bug. */
  onCrash(error: Error): void
}

export interface Watch {
  /** Hands on what was told so far, and from now on everything as it comes; once. */
  listen(listener: WatchListener): void
  /** Reads a line of a journal again; the answer goes to the look that asked. */
  ask(question: TailQuestion, of: { journal: number; from: LookName }): void
  /** What reads the business figures of a look, already at work where those are shown first; from now on the caller's to close. */
  business(setup: Setup, of: LookName): BusinessClient
  close(): Promise<void>
}

export interface WatchOptions {
  /** The business figures are what is shown first. */
  isBusinessFirst?: boolean
}

/** Reads the business figures of a look; `setup` has the files of the look. */
export const businessOf = (setup: Setup, of: LookName): BusinessClient =>
  new BusinessClient(businessFiles(setup, of))

function businessFiles({ journals, eventsFile, indexFolders, mask }: Setup, of: LookName): BusinessFiles {
  const common = { indexFolders, mask }
  if ('journal' in of || of.cluster === null) return { eventsFiles: [eventsFile], clusterId: null, ...common }
  return { eventsFiles: journals.map((journal) => journal.eventsFile), clusterId: of.cluster, ...common }
}

export function openWatch(setup: Setup, { isBusinessFirst = false }: WatchOptions = {}): Watch {
  const { journals, mask } = setup
  let listening: WatchListener | null = null
  const held: ((listener: WatchListener) => void)[] = []
  const tell = (say: (listener: WatchListener) => void): void => {
    if (listening) say(listening)
    else held.push(say)
  }
  const onCrash = (error: Error): void => tell((listener) => listener.onCrash(error))
  const askers = new Map<number, LookName>()
  const tails = journals.map(({ eventsFile, logFile }, journal) =>
    startTail(
      { eventsFile, logFile, mask },
      {
        onUpdate: (update) =>
          tell(({ dispatch }) => dispatch({ type: 'tail', update, nowMs: systemClock.now() }, { journal })),
        onDetail: (queryId, detail) =>
          tell(({ dispatch }) =>
            dispatch({ type: 'detail', queryId, detail }, askers.get(journal) ?? { journal }),
          ),
        onCrash,
      },
    ),
  )
  const onUnion = (update: UnionUpdate): void => tell(({ dispatchUnion }) => dispatchUnion(update))
  const paths = journals.map(({ eventsFile }) => eventsFile)
  const union = paths.length > 1 ? startUnion({ paths, mask }, { onUpdate: onUnion, onCrash }) : null
  // Of several journals it is not known yet what is looked at.
  let firstBusiness = isBusinessFirst && journals.length === 1 ? businessOf(setup, { journal: 0 }) : null
  firstBusiness?.choose('all')
  return {
    listen: (listener) => {
      listening = listener
      for (const say of held.splice(0)) say(listener)
    },
    ask: (question, { journal, from }) => {
      askers.set(journal, from)
      tails[journal]?.ask(question)
    },
    business: (asking, of) => {
      const business = firstBusiness ?? businessOf(asking, of)
      firstBusiness = null
      return business
    },
    close: async () => {
      await Promise.all([firstBusiness?.close(), union?.close(), ...tails.map((tail) => tail.close())])
    },
  }
}
