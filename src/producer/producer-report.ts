/** What the producer says of itself: its lines in producer.log, and the summary at the end. */
import type { Delivery, LinkState, PublisherCounts } from '../shared/kafka/publisher.js'
import { systemClock } from '../shared/runtime/clock.js'
import { ExitCode } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import type { ProducerOptions } from './producer-options.js'

export interface ProducerOutcome {
  /** `failed` when a record was not delivered, or nobody knows. */
  exit: ExitCode
  /** One line for a person. */
  summary: string
}

const NOTHING: PublisherCounts = { deliveredTotal: 0, failedTotal: 0, unknownTotal: 0, buffered: 0 }

export class ProducerReport {
  readonly #log: Logger
  readonly #options: ProducerOptions
  readonly #startedAt = systemClock.monotonic()
  readonly #failedByCode: Record<string, number> = {}
  #counts: () => Readonly<PublisherCounts> = () => NOTHING
  #last = { at: this.#startedAt, deliveredTotal: 0 }

  constructor(log: Logger, options: ProducerOptions) {
    this.#log = log
    this.#options = options
  }

  started(topic: string, counts: () => Readonly<PublisherCounts>): void {
    this.#counts = counts
    const { rate, count, seed, startTime, malformedRatio, invalidRatio, ledger } = this.#options
    const speed = rate === 'max' ? 'as many records as it takes' : `${rate} records/s`
    this.#log.info(`producing ${speed} to ${topic}, seed ${seed}`, {
      kind: 'producer.started',
      metadata: {
        topic,
        rate,
        count,
        seed,
        start_time: startTime === null ? null : new Date(startTime).toISOString(),
        malformed_ratio: malformedRatio,
        invalid_ratio: invalidRatio,
        ledger,
        pid: process.pid,
      },
    })
  }

  link(state: LinkState): void {
    const { buffered } = this.#counts()
    if (state.state === 'down') {
      this.#log.warn(`no broker takes records (${state.reason}); ${buffered} are waiting`, {
        kind: 'producer.broker_down',
        metadata: { reason: state.reason, buffered },
      })
    } else {
      this.#log.info(`the broker takes records again after ${state.downMs} ms`, {
        kind: 'producer.broker_up',
        metadata: { down_ms: state.downMs, buffered },
      })
    }
  }

  /** Failures are logged the first time for each code; the metrics count the others. */
  delivered(delivery: Delivery<unknown>): void {
    if (delivery.outcome !== 'failed') return
    const { topic, partition, code, message, contexts } = delivery
    const before = this.#failedByCode[code] ?? 0
    this.#failedByCode[code] = before + contexts.length
    if (before > 0) return
    this.#log.warn(`${contexts.length} records were not delivered to ${topic}/${partition}: ${message}`, {
      kind: 'producer.delivery_failed',
      metadata: { topic, partition, code, records: contexts.length },
    })
  }

  metrics(): void {
    const { deliveredTotal } = this.#counts()
    const now = systemClock.monotonic()
    const seconds = (now - this.#last.at) / 1_000
    const throughput = seconds > 0 ? (deliveredTotal - this.#last.deliveredTotal) / seconds : 0
    this.#last = { at: now, deliveredTotal }
    this.#log.info(`delivered ${deliveredTotal}, ${throughput.toFixed(1)} records/s`, {
      kind: 'metrics',
      metadata: { ...this.#totals(), throughput_per_second: Number(throughput.toFixed(3)) },
    })
  }

  stopped(): ProducerOutcome {
    const { deliveredTotal, failedTotal, unknownTotal } = this.#counts()
    const summary = `delivered ${deliveredTotal}, failed ${failedTotal}, unknown ${unknownTotal} (seed ${this.#options.seed})`
    this.#log.info(summary, { kind: 'producer.stopped', metadata: this.#totals() })
    return { exit: failedTotal + unknownTotal > 0 ? ExitCode.failed : ExitCode.done, summary }
  }

  broken(error: unknown): void {
    this.#log.error('the producer stopped', { kind: 'producer.failed', error, metadata: this.#totals() })
  }

  #totals(): Record<string, unknown> {
    const { deliveredTotal, failedTotal, unknownTotal, buffered } = this.#counts()
    return {
      seed: this.#options.seed,
      uptime_seconds: Number(((systemClock.monotonic() - this.#startedAt) / 1_000).toFixed(3)),
      delivered_total: deliveredTotal,
      failed_total: failedTotal,
      failed_by_code: { ...this.#failedByCode },
      unknown_total: unknownTotal,
      buffered,
    }
  }
}
