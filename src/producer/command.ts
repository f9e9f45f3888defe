/** `orderscope producer`: streams synthetic order events to the first configured topic. */
import { join } from 'node:path'
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { ExitCode, errorText, SuiteError } from '../shared/runtime/errors.js'
import { type Logger, openLogger } from '../shared/runtime/logger.js'
import { onShutdown } from '../shared/runtime/shutdown.js'
import { runProducer } from './producer.js'
import { declareOptions, parseOptions } from './producer-options.js'

export const options = (yargs: Argv): Argv => declareOptions(yargs)

/** Runs until `--count` is reached or a signal comes; prints what was delivered on stdout. */
export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings } = loadSettings({ flags: args })
  const producerOptions = parseOptions(args, { intervalMs: settings.producerIntervalMs })
  const log = openLog(settings)
  const shutdown = onShutdown()
  try {
    const { exit, summary } = await runProducer({ settings, options: producerOptions, log, shutdown })
    process.stdout.write(`${summary}\n`)
    return exit
  } finally {
    shutdown.dispose()
  }
}

function openLog({ dir, logLevel }: Settings): Logger {
  const file = join(dir, 'producer.log')
  try {
    return openLogger({ service: 'order-producer', file, level: logLevel })
  } catch (error) {
    throw new SuiteError(
      'log_failed',
      `${file}: ${errorText(error)}; set ORDERSCOPE_DIR to a folder to write in`,
      {
        exit: ExitCode.file,
        context: { file },
        cause: error,
      },
    )
  }
}
