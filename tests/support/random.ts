/** Random numbers that a seed repeats, for the long tests. */

/** The seed of this run, printed; SOAK_SEED repeats one. */
export function soakSeed(): number {
  const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`seed ${seed} (SOAK_SEED repeats it)\n`)
  return seed
}

/** Numbers from 0 to 1 (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
