/**
 * Stopping a service by signal: the first SIGINT or SIGTERM asks it to drain, a second one dies of the signal.
 */

export interface Shutdown {
  /** Aborts at the first signal or at {@link Shutdown.request}. */
  signal: AbortSignal
  /** Asks for the same stop from inside. */
  request(reason: string): void
  /** Takes the handlers away. */
  dispose(): void
}

/** Takes over SIGINT and SIGTERM of this process until disposed. */
export function onShutdown(): Shutdown {
  const controller = new AbortController()
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      dispose()
      process.kill(process.pid, name)
      return
    }
    controller.abort(name)
  }
  const dispose = (): void => {
    process.off('SIGINT', handle)
    process.off('SIGTERM', handle)
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  return { signal: controller.signal, request: (reason) => controller.abort(reason), dispose }
}
