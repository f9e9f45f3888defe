/** Says how the tracker is: a `metrics` line at every interval, and its state. Progress counts, not being up. */
import type { PartitionMetrics, TrackerMetrics, TrackerState } from '../shared/contract/log-entry.js'
import type { Journal } from '../shared/journal/journal.js'
import { copyTotals } from '../shared/journal/totals.js'
import type { PartitionRef } from '../shared/kafka/consumer.js'
import { rfc3339, systemClock } from '../shared/runtime/clock.js'
import type { Counters } from './counters.js'
import type { DeadLetters } from './dead-letters.js'
import type { Intake } from './intake.js'
import { refKey } from './ref-key.js'
import type { Session } from './session.js'

export interface ReporterOptions {
  journal: Journal
  counters: Counters
  intake: Intake
  deadLetters: DeadLetters
}

/** Lag that has not shrunk for this long is more than a batch in flight. */
const LAGGING_AFTER_MS = 10_000

export class Reporter {
  readonly #options: ReporterOptions
  readonly #lastRecord = new Map<string, number>()
  session: Session | null = null
  isStopping = false
  /** Since when there is lag, or null while there is none. */
  #behindSince: number | null = null

  constructor(options: ReporterOptions) {
    this.#options = options
  }

  /** Notes the timestamp that the newest record of a partition carries. */
  sawRecord(partition: PartitionRef, timestampMs: number): void {
    this.#lastRecord.set(refKey(partition), timestampMs)
  }

  /** True when every assigned partition is read to the end that was read last. */
  isCaughtUp(): boolean {
    const { session } = this
    if (!session?.isAssigned) return false
    return session.partitions.every((at) => (session.next(at) ?? at.earliest) >= at.end)
  }

  state(): TrackerState {
    if (this.isStopping) return 'stopping'
    if (this.#options.intake.isDiskFull) return 'disk_full'
    if (!this.session) return 'broker_down'
    if (this.session.stalledMs() > 0) return 'stalled'
    if (this.isCaughtUp()) {
      this.#behindSince = null
      return 'caught_up'
    }
    this.#behindSince ??= systemClock.monotonic()
    return systemClock.monotonic() - this.#behindSince > LAGGING_AFTER_MS ? 'lagging' : 'consuming'
  }

  metrics(): TrackerMetrics {
    const { counters, journal, deadLetters } = this.#options
    const state = this.state()
    const times = counters.takeTimes()
    const { receivedTotal, acceptedTotal } = counters
    return {
      uptime_seconds: counters.uptimeSeconds(),
      messages_received: receivedTotal,
      messages_processed: acceptedTotal,
      messages_failed: counters.failedTotal,
      success_rate_percent: receivedTotal === 0 ? 0 : round((acceptedTotal / receivedTotal) * 100),
      messages_per_second: round(counters.perSecond(10)),
      received_total: receivedTotal,
      accepted_total: acceptedTotal,
      rejected_total: { ...counters.rejectedTotal },
      passed_over_total: { ...counters.passedOverTotal },
      journal: { seq: journal.state.seq, hash: journal.state.hash, totals: copyTotals(journal.state.totals) },
      throughput_per_second: {
        '1s': round(counters.perSecond(1)),
        '10s': round(counters.perSecond(10)),
        '60s': round(counters.perSecond(60)),
      },
      latency_ms: times.latency,
      event_age_ms: times.age,
      dead_letters: {
        sent_total: deadLetters.sentTotal,
        refused_total: deadLetters.refusedTotal,
        held_partitions: deadLetters.heldPartitions,
      },
      partitions: this.#partitions(state),
      state,
    }
  }

  #partitions(state: TrackerState): PartitionMetrics[] {
    const { session } = this
    if (!session) return []
    const endReadAt = rfc3339(session.ends.readAt)
    return session.partitions.map(({ topic, partition, earliest, end }) => {
      const key = refKey({ topic, partition })
      const next = session.next({ topic, partition }) ?? earliest
      const lastRecord = this.#lastRecord.get(key)
      return {
        topic,
        partition,
        epoch: this.#options.journal.epoch({ topic, partition }),
        next,
        // The end was read before what was consumed since; it is never told as lower than what was read.
        end: Math.max(end, next),
        end_read_at: endReadAt,
        committed: session.committer.committed.get(key) ?? null,
        lag: Math.max(0, end - next),
        last_record_timestamp: lastRecord === undefined ? null : rfc3339(lastRecord),
        state: next >= end && state !== 'stopping' && state !== 'stalled' ? 'caught_up' : state,
      }
    })
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
