/** How long the event loop of a program's main thread was kept from its work, second by second, as the program itself sees it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stage } from './stage.js'

/** For NODE_OPTIONS: writes each second's longest delay to `file` when the program ends. */
export function loopDelayHook(file: string): string {
  const code = `
    import { isMainThread } from 'node:worker_threads'
    import { monitorEventLoopDelay } from 'node:perf_hooks'
    import { writeFileSync } from 'node:fs'
    if (isMainThread) {
      const resolution = 5
      const histogram = monitorEventLoopDelay({ resolution })
      const seconds = []
      histogram.enable()
      const take = () => {
        seconds.push({ atMs: Date.now(), ms: Math.max(0, histogram.max / 1e6 - resolution) })
        histogram.reset()
      }
      setInterval(take, 1000).unref()
      process.on('exit', () => writeFileSync(${JSON.stringify(file)}, JSON.stringify(seconds)))
    }`
  return `--import=data:text/javascript,${encodeURIComponent(code)}`
}

/** The longest delays of the seconds that began after a time, milliseconds. */
export function delaysSince(file: string, fromMs: number): number[] {
  const seconds = JSON.parse(readFileSync(file, 'utf8')) as { atMs: number; ms: number }[]
  // The first second may have begun before.
  return seconds.filter(({ atMs }) => atMs > fromMs + 1_000).map(({ ms }) => ms)
}

/** A program that only looks how late it is; what it is late by is the machine's. */
const BARE_LOOP = `
process.on('SIGTERM', () => process.exit())
setInterval(() => {}, 1000)`

/** Starts a program that does nothing; `end` resolves with what was measured of it meanwhile. */
export async function startBareLoop(stage: Stage): Promise<{ end(): Promise<number[]> }> {
  const dir = stage.folder('bare-loop')
  const file = join(dir, 'seconds.json')
  const fromMs = Date.now()
  const env = { NODE_OPTIONS: loopDelayHook(file) }
  const bare = await stage.launch(process.execPath, ['--eval', BARE_LOOP], { dir, env })
  return {
    end: async () => {
      await stage.stop(bare)
      return delaysSince(file, fromMs)
    },
  }
}
