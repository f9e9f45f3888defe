/** Follows every journal that is watched, each in a worker of its own, and where there are several also all together. */
import { systemClock } from '../shared/runtime/clock.js'
import type { BusinessFiles } from './business/client.js'
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
  /** Reads a line of a journal again; the answer goes to the look that asked. */
  ask(question: TailQuestion, of: { journal: number; from: LookName }): void
  close(): Promise<void>
}

/** What the business figures of a look are made of; `setup` has the files of the look. */
export function businessFiles(
  { journals, eventsFile, indexFolders, mask }: Setup,
  of: LookName,
): BusinessFiles {
  const common = { indexFolders, mask }
  if ('journal' in of || of.cluster === null) return { eventsFiles: [eventsFile], clusterId: null, ...common }
  return { eventsFiles: journals.map((journal) => journal.eventsFile), clusterId: of.cluster, ...common }
}

export function openWatch(setup: Setup, { dispatch, dispatchUnion, onCrash }: WatchListener): Watch {
  const { journals, mask } = setup
  const askers = new Map<number, LookName>()
  const tails = journals.map(({ eventsFile, logFile }, journal) =>
    startTail(
      { eventsFile, logFile, mask },
      {
        onUpdate: (update) => dispatch({ type: 'tail', update, nowMs: systemClock.now() }, { journal }),
        onDetail: (queryId, detail) =>
          dispatch({ type: 'detail', queryId, detail }, askers.get(journal) ?? { journal }),
        onCrash,
      },
    ),
  )
  const paths = journals.map(({ eventsFile }) => eventsFile)
  const union = paths.length > 1 ? startUnion({ paths, mask }, { onUpdate: dispatchUnion, onCrash }) : null
  return {
    ask: (question, { journal, from }) => {
      askers.set(journal, from)
      tails[journal]?.ask(question)
    },
    close: async () => {
      await Promise.all([union?.close(), ...tails.map((tail) => tail.close())])
    },
  }
}
