/** Several trackers in one group: started and ended by name, and their journals read as one. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CliProcess, startCli } from './cli.js'
import { eventually } from './eventually.js'
import { type JournalLine, recordLines } from './oracle.js'
import { logLines, type TrackerSetup } from './tracker.js'

export interface Instance {
  readonly name: string
  readonly events: string
  readonly log: string
  readonly isRunning: boolean
  start(): void
  /** Resolves when it has joined since its last start. */
  joined(): Promise<void>
  /** Exit code, or the signal; null where it did not run. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string | null>
  /** Whole lines of its journal so far. */
  lines(): JournalLine[]
}

/** A tracker `name` on the topic and in the group of `setup`. */
export function instance({ dir, env }: TrackerSetup, name: string): Instance {
  const events = join(dir, `tracker-${name}.events`)
  const log = join(dir, `tracker-${name}.log`)
  let running: CliProcess | null = null
  let startedAt = ''
  return {
    name,
    events,
    log,
    get isRunning() {
      return running !== null
    },
    start() {
      startedAt = new Date().toISOString()
      running = startCli(['tracker', '--metrics-interval', '500'], {
        dir,
        env: { ...env, ORDERSCOPE_INSTANCE: name },
        timeoutMs: 600_000,
      })
    },
    async joined() {
      const hasJoined = (): boolean =>
        logLines(log).some(({ kind, timestamp }) => kind === 'tracker.assigned' && timestamp >= startedAt)
      await eventually(hasJoined, {
        deadlineMs: 30_000,
        message: () => `tracker ${name} joined; ${running?.stderr}`,
      })
    },
    async end(signal) {
      const ending = running
      running = null
      ending?.kill(signal)
      return ending ? (await ending.ended).exit : null
    },
    lines() {
      if (!existsSync(events)) return []
      const text = readFileSync(events, 'utf8')
      // The line that is being written this moment is left out.
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as JournalLine)
    },
  }
}

/** One record as the union of several journals has it. */
export interface MergedRecord {
  line: JournalLine
  /** Names of the journals that hold it, in the order given. */
  journals: string[]
}

/**
 * Reads several journals as one: lines of equal cluster, topic, partition, epoch and offset with equal content are
 * one record. Lines of equal place and other content both stay, because each journal counts its epochs itself.
 */
export function mergeJournals(journals: { name: string; lines: JournalLine[] }[]): Map<string, MergedRecord> {
  const merged = new Map<string, MergedRecord>()
  for (const { name, lines } of journals) {
    let cluster = ''
    const epochs = new Map<string, number>()
    for (const line of lines) {
      const partition = `${line['kafka_topic']}/${line['kafka_partition']}`
      if (line.event_type === 'journal.cluster') cluster = String(line['cluster_id'])
      if (line.event_type === 'journal.epoch') epochs.set(partition, Number(line['epoch']))
      if (recordLines([line]).length === 0) continue
      const key = [
        cluster,
        partition,
        epochs.get(partition) ?? 0,
        line['kafka_offset'],
        contentOf(line),
      ].join(' ')
      const known = merged.get(key)
      if (known) known.journals.push(name)
      else merged.set(key, { line, journals: [name] })
    }
  }
  return merged
}

/** A fingerprint of everything that Kafka stores of the record. */
function contentOf(line: JournalLine): string {
  const { kafka_timestamp, kafka_key, kafka_key_base64, kafka_headers, message_size } = line
  const { order_full, raw_message, raw_base64 } = line
  const content = [kafka_timestamp, kafka_key, kafka_key_base64, kafka_headers, message_size]
  return createHash('sha256')
    .update(JSON.stringify([...content, order_full, raw_message, raw_base64]))
    .digest('hex')
}
