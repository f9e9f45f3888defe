/** Where lifecycle finds what belongs to the program and where it keeps what `up` makes. */
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { stateFolder } from '../shared/runtime/run-state.js'

/** The checkout: holds `package.json`, `broker/` and `docker-compose.yaml`. */
export const projectFolder = dirname(findPackageJSON(import.meta.url) ?? '')

/** The launcher that a person types: the one this program was started by, else that of the checkout. */
export const launcherPath = (env: NodeJS.ProcessEnv = process.env): string =>
  env['ORDERSCOPE_LAUNCHER'] || join(projectFolder, 'orderscope')

/** Files of one run below `dir`/.orderscope. */
export const runFiles = (dir: string) => {
  const folder = stateFolder(dir)
  return {
    folder,
    kafka: join(folder, 'kafka'),
    kafkaLog: join(folder, 'kafka.log'),
    trackerOutput: join(folder, 'tracker.out'),
    producerOutput: join(folder, 'producer.out'),
    ledger: (runId: string): string => join(folder, `ledger-${runId}.ndjson`),
  }
}
