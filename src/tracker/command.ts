/** `orderscope tracker`: runs the tracker in the foreground until it is told to stop. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { compileLate } from '../shared/runtime/compiling.js'
import { loadSettings } from '../shared/runtime/config/load.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { openLogger } from '../shared/runtime/logger.js'
import { onShutdown } from '../shared/runtime/shutdown.js'
import { Tracker } from './tracker.js'

/** A drain that takes longer is given up with exit 1; the journal is whole either way. */
const DRAIN_DEADLINE_MS = 8_000

export const options = (yargs: Argv): Argv =>
  yargs
    .option('exit-at-end', {
      type: 'boolean',
      default: false,
      describe: 'stop at the last stable offsets seen at the start',
    })
    .option('break-lock', {
      type: 'boolean',
      default: false,
      describe: 'take the journal although its holder cannot be proven gone',
    })
    .example('$0 tracker --exit-at-end', 'journal what is on the topic now, then stop')

export async function run(args: CommandArguments): Promise<ExitCode> {
  compileLate()
  const { settings } = loadSettings({ flags: args })
  const log = openLogger({ service: 'order-tracker', file: settings.logFile, level: settings.logLevel })
  const shutdown = onShutdown()
  const reopen = (): void => log.reopen()
  let tracker: Tracker | null = null
  // Without a handler the signal would kill; before the journal is open there is nothing to rotate.
  const rotate = (): void => tracker?.rotate()
  process.on('SIGHUP', reopen)
  process.on('SIGUSR2', rotate)
  shutdown.signal.addEventListener('abort', () => {
    log.info('stopping', { kind: 'tracker.stopping', metadata: { reason: String(shutdown.signal.reason) } })
    setTimeout(() => {
      log.error(`not drained within ${DRAIN_DEADLINE_MS} ms`, { kind: 'tracker.drain_deadline' })
      process.stderr.write(`[tracker] not drained within ${DRAIN_DEADLINE_MS / 1_000} s; giving up\n`)
      process.exit(ExitCode.failed)
    }, DRAIN_DEADLINE_MS).unref()
  })
  try {
    tracker = await Tracker.open({
      settings,
      log,
      signal: shutdown.signal,
      breakLock: args['break-lock'] === true,
      exitAtEnd: args['exit-at-end'] === true,
    })
    await tracker.run()
    return ExitCode.done
  } finally {
    process.off('SIGHUP', reopen)
    process.off('SIGUSR2', rotate)
    shutdown.dispose()
  }
}
