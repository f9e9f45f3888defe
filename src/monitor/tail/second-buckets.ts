/** Records by the second of their line, and which seconds changed since the last look. Seconds never go back. */
import type { Bucket } from './protocol.js'

export class SecondBuckets {
  readonly #keptSeconds: number
  /** Keys ascend, because seconds never go back. */
  readonly #buckets = new Map<number, Bucket>()
  readonly #changed = new Set<number>()

  /** `keptSeconds`: buckets that are older than the newest by more are forgotten. */
  constructor(keptSeconds = Number.POSITIVE_INFINITY) {
    this.#keptSeconds = keptSeconds
  }

  /** Adds the counts of a second to what is known of it. */
  add({ second, records, accepted, bytes }: Bucket): void {
    let bucket = this.#buckets.get(second)
    if (!bucket) {
      bucket = { second, records: 0, accepted: 0, bytes: 0 }
      this.#buckets.set(second, bucket)
      this.#forgetBefore(second - this.#keptSeconds)
    }
    bucket.records += records
    bucket.accepted += accepted
    bucket.bytes += bytes
    this.#changed.add(second)
  }

  /** What is known of a second. */
  at(second: number): Readonly<Bucket> | undefined {
    return this.#buckets.get(second)
  }

  /** Those that are new or changed since the last call. */
  takeChanged(): Bucket[] {
    const buckets = [...this.#changed].flatMap((second) => this.#buckets.get(second) ?? [])
    this.#changed.clear()
    return buckets
  }

  #forgetBefore(second: number): void {
    for (const oldest of this.#buckets.keys()) {
      if (oldest >= second) return
      this.#buckets.delete(oldest)
      this.#changed.delete(oldest)
    }
  }
}
