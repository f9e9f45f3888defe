/**
 * Reads several journals into one count for each cluster, and reports it as the tail reports a journal.
 *
 * Runs in a worker thread, started only where there is more than one journal.
 */
import { type Doorbell, openDoorbell } from '../tail/doorbell.js'
import { entryTimeMs } from '../tail/journal-fold.js'
import { ReportPace } from '../tail/report-pace.js'
import { Turns } from '../tail/turns.js'
import { ClusterFold } from './cluster-fold.js'
import type { UnionUpdate } from './protocol.js'
import { type JournalProgress, type UnionLine, UnionReader } from './union-reader.js'

/** While the journals are opened so little is worth a frame. */
const OPENING_REPORT_MS = 250

/** Times of the lines of one journal. */
interface Times {
  /** Second of its first line that was read. */
  firstSecond: number
  /** Nothing is missing before that line. */
  isWhole: boolean
  maxMs: number
}

export class UnionSession {
  readonly #reader: UnionReader
  readonly #report: (update: UnionUpdate) => void
  readonly #doorbell: Doorbell
  readonly #turns = new Turns(() => this.#look())
  readonly #pace = new ReportPace(() => this.#tell(), OPENING_REPORT_MS)
  #clusters = new Map<string, ClusterFold>()
  #times: Times[] = []
  #isFresh = true
  #isCaughtUp = false
  #told = ''

  constructor(paths: readonly string[], report: (update: UnionUpdate) => void) {
    this.#report = report
    this.#reader = new UnionReader(paths, {
      onRestart: () => {
        this.#clusters = new Map()
        this.#times = []
        this.#isFresh = true
      },
      onRecord: (entry, line) => {
        const timeMs = this.#hold(line.journal, entryTimeMs(entry), entry.seq)
        this.#clusterOf(line)?.addRecord(entry, line, timeMs)
      },
      onRepeated: (_entry, line) => this.#clusterOf(line)?.addRepeated(),
      onOwn: (entry, line) => {
        this.#hold(line.journal, entryTimeMs(entry), entry.seq)
        this.#clusterOf(line)?.addOwn(entry, line)
      },
    })
    this.#doorbell = openDoorbell(paths, () => this.#turns.ask())
    this.#turns.ask()
  }

  async close(): Promise<void> {
    this.#turns.close()
    this.#pace.close()
    this.#reader.close()
    await this.#doorbell.close()
  }

  /** Time never goes back within a journal. */
  #hold(journal: number, timeMs: number, seq: number): number {
    this.#times[journal] ??= { firstSecond: Math.floor(timeMs / 1000), isWhole: seq === 1, maxMs: timeMs }
    const times = this.#times[journal]
    times.maxMs = Math.max(times.maxMs, timeMs)
    return times.maxMs
  }

  #clusterOf({ clusterId }: UnionLine): ClusterFold | null {
    if (clusterId === null) return null
    let cluster = this.#clusters.get(clusterId)
    if (!cluster) {
      cluster = new ClusterFold(clusterId)
      this.#clusters.set(clusterId, cluster)
    }
    return cluster
  }

  /** Reads once; true while there is more. */
  #look(): boolean {
    const hasMore = this.#reader.step()
    this.#isCaughtUp = !hasMore
    this.#pace.looked(hasMore)
    return hasMore
  }

  /** True where there was something to tell. */
  #tell(): boolean {
    const { journals, progress } = this.#reader
    const facts = {
      journals,
      progress: this.#isCaughtUp ? 1 : progress,
      isFresh: this.#isFresh,
      isCaughtUp: this.#isCaughtUp,
    }
    // The safety poll finds nothing new most of the time; then there is nothing to tell.
    const text = JSON.stringify(facts)
    if (text === this.#told) return false
    const clusters = [...this.#clusters].map(([clusterId, cluster]) =>
      cluster.takeUpdate(this.#isCaughtUp ? this.#bucketsFromSecond(clusterId, journals) : null),
    )
    this.#isFresh = false
    this.#told = JSON.stringify({ ...facts, isFresh: false })
    this.#report({ ...facts, clusters })
    return true
  }

  /** Nothing is missing of the seconds from here on: before a chain's first line there was nothing. */
  #bucketsFromSecond(clusterId: string, journals: readonly JournalProgress[]): number | null {
    const times = this.#times.filter((_, index) => journals[index]?.clusterId === clusterId)
    if (times.length === 0) return null
    const partial = times.filter(({ isWhole }) => !isWhole)
    return partial.length > 0
      ? Math.max(...partial.map(({ firstSecond }) => firstSecond + 1))
      : Math.min(...times.map(({ firstSecond }) => firstSecond))
  }
}
