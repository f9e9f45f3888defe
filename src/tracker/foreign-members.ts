/**
 * Notices a member of the consumer group that is not ours.
 *
 * A tracker without an instance name expects every partition. One that stays unassigned is being consumed by
 * somebody else, whose records would be missing from this journal: that is said by name.
 */

import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import type { Logger } from '../shared/runtime/logger.js'
import { refKey } from './ref-key.js'
import type { Session } from './session.js'

/** Time for a rebalance to hand everything over. */
const EXPECTED_WITHIN_MS = 10_000
const REPEAT_MS = 60_000

export class ForeignMembers {
  readonly #settings: Settings
  readonly #log: Logger
  #missingSince: number | null = null
  #saidAt: number | null = null

  constructor({ settings, log }: { settings: Settings; log: Logger }) {
    this.#settings = settings
    this.#log = log
  }

  /** To be called now and then. */
  look(session: Session): void {
    const assigned = new Set(session.assignment.map(refKey))
    const missing = session.ends.partitions.filter((at) => !assigned.has(refKey(at)))
    if (this.#settings.instance !== null || missing.length === 0) {
      this.#missingSince = null
      return
    }
    const now = systemClock.monotonic()
    this.#missingSince ??= now
    if (now - this.#missingSince < EXPECTED_WITHIN_MS) return
    if (this.#saidAt !== null && now - this.#saidAt < REPEAT_MS) return
    this.#saidAt = now
    void this.#say(session, missing.map(refKey)).catch(() => {
      this.#saidAt = null
    })
  }

  async #say(session: Session, partitions: string[]): Promise<void> {
    const members = await session.members()
    // Alone in the group: the partition was added to the topic a moment ago, and the consumer has not seen it yet.
    if (members.length <= 1) {
      this.#saidAt = null
      return
    }
    const own = `${this.#settings.clientId}-tracker-consumer`
    const others = members.filter((member) => member.clientId !== own)
    const names = others.map(({ clientId, clientHost }) => `${clientId} at ${clientHost}`).join(', ')
    const who = names || 'another tracker of the same client id'
    const message =
      `group ${this.#settings.group} has a foreign member (${who}); it holds ${partitions.join(', ')}, whose ` +
      'records this journal misses. Stop it, use another KAFKA_CONSUMER_GROUP, or name instances with ORDERSCOPE_INSTANCE'
    this.#log.error(message, { kind: 'group.foreign_member', metadata: { members: others, partitions } })
    process.stderr.write(`[tracker] ${message}\n`)
  }
}
