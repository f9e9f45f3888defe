/**
 * The producer's run: order factory -> pacer -> publisher, every delivery into the ledger and the counts.
 *
 * Ends after its count of records or when told to stop, and then waits for the outcomes that are still open. In
 * between the broker may be away as long as it likes.
 */
import { hash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createKafka, type KafkaClient } from '../shared/kafka/client.js'
import { openPublisher, type Publisher, type PublisherOptions } from '../shared/kafka/publisher.js'
import { sleep, systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import type { Logger } from '../shared/runtime/logger.js'
import type { Shutdown } from '../shared/runtime/shutdown.js'
import { type LedgerFacts, openLedger } from './ledger.js'
import { OrderFactory, type ProducedRecord } from './order-factory.js'
import { Pacer } from './pacer.js'
import type { ProducerOptions } from './producer-options.js'
import { type ProducerOutcome, ProducerReport } from './producer-report.js'

export interface ProducerRun {
  settings: Settings
  options: ProducerOptions
  log: Logger
  shutdown: Shutdown
}

/**
 * Runs to the end.
 * @throws {SuiteError} `broker_unavailable`, `topic_missing` (69) and the like at the start, `ledger_exists` or
 *   `ledger_failed` (74).
 */
export async function runProducer(run: ProducerRun): Promise<ProducerOutcome> {
  const { settings, options, log, shutdown } = run
  const topic = settings.topics[0]!
  const report = new ProducerReport(log, options)
  const client = createKafka(settings, { service: 'producer', log })
  const faults: unknown[] = []
  try {
    const ledger = options.ledger === null ? null : openLedger(options.ledger)
    const publisher = await openUnlessStopped(shutdown.signal, {
      client,
      topic,
      onDelivery: (delivery) => {
        ledger?.append(delivery)
        report.delivered(delivery)
      },
      onLink: (state) => report.link(state),
      onFault: (error) => {
        faults.push(error)
        shutdown.request('fault')
      },
    })
    if (publisher) {
      report.started(topic, () => publisher.counts())
      const metrics = setInterval(() => report.metrics(), settings.metricsIntervalMs)
      await generate(publisher, run)
      if (faults.length === 0) await drain(publisher, run)
      await publisher.close()
      clearInterval(metrics)
    }
    ledger?.close()
    if (faults.length > 0) throw faults[0]
    return report.stopped()
  } catch (error) {
    report.broken(error)
    throw error
  } finally {
    client.abandon()
  }
}

/** Null when told to stop before there was a connection. */
async function openUnlessStopped(
  signal: AbortSignal,
  options: PublisherOptions<LedgerFacts> & { client: KafkaClient },
): Promise<Publisher<LedgerFacts> | null> {
  const stopped = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
  const opening = openPublisher(options)
  const publisher = await Promise.race([opening, stopped])
  // Breaking the connections ends the attempt, and what it still throws concerns nobody.
  if (publisher === null) opening.catch(() => {})
  return publisher
}

/** Makes records at the rate asked for, as far as there is room for them. */
async function generate(
  publisher: Publisher<LedgerFacts>,
  { options, shutdown }: ProducerRun,
): Promise<void> {
  const { signal } = shutdown
  const factory = new OrderFactory({ ...options, now: () => systemClock.now() })
  const pacer = new Pacer(options.rate, systemClock.monotonic())
  let left = options.count ?? Number.POSITIVE_INFINITY
  while (left > 0 && !signal.aborted) {
    const due = Math.min(pacer.take(systemClock.monotonic()), left)
    for (let made = 0; made < due; made += 1) publish(publisher, factory.next(), options.ledger !== null)
    left -= due
    if (!publisher.hasRoom) await publisher.room(signal)
    else if (due === 0) await sleep(pacer.delayMs(systemClock.monotonic()), signal)
    else await nextTurn()
  }
}

function publish(publisher: Publisher<LedgerFacts>, record: ProducedRecord, isLedgered: boolean): void {
  const { eventId, orderId, value, headers } = record
  // The record's own time is now, also where the event's is virtual: Kafka's retention goes by it.
  const timestamp = systemClock.now()
  publisher.publish(
    { key: orderId, value, headers, timestamp },
    { eventId, orderId, sha256: isLedgered ? hash('sha256', value, 'hex') : '' },
  )
}

/** Waits for the open outcomes: for ever after the last record, for the flush timeout once told to stop. */
async function drain(
  publisher: Publisher<LedgerFacts>,
  { options, shutdown: { signal } }: ProducerRun,
): Promise<void> {
  if (await publisher.flush(signal)) return
  await publisher.flush(AbortSignal.timeout(options.flushTimeoutMs))
}
