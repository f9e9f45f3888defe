/** Opens the tracker's journal as its settings say, and watches over what opening did not look at. */
import { Journal } from '../shared/journal/journal.js'
import { type CheckpointSigner, loadSigner } from '../shared/journal/signature.js'
import { systemClock } from '../shared/runtime/clock.js'
import type { Settings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import type { Logger } from '../shared/runtime/logger.js'
import { packageVersion } from '../shared/runtime/version.js'

/** @throws {SuiteError} `journal_held` (75), `journal_integrity` (76), `journal_file` (74), `configuration` (78). */
export const openJournal = (settings: Settings, { breakLock }: { breakLock: boolean }): Promise<Journal> =>
  Journal.open({
    eventsFile: settings.eventsFile,
    instance: settings.instance,
    writerVersion: packageVersion(),
    clock: systemClock,
    signer: journalSigner(settings),
    breakLock,
  })

/** A key that the user named must be there; the one of `journal keygen` may be. */
function journalSigner({ journalKeyFile, journalKeyGiven }: Settings): CheckpointSigner | null {
  const signer = loadSigner(journalKeyFile)
  if (signer || !journalKeyGiven) return signer
  const message = `ORDERSCOPE_JOURNAL_KEY_FILE is ${journalKeyFile}: no such file; \`orderscope journal keygen\` makes it`
  throw new SuiteError('configuration', message, { exit: ExitCode.configuration })
}

/** Resolves only when something earlier in the journal does not verify. */
export const earlierDamage = (journal: Journal, log: Logger): Promise<Error> =>
  new Promise((resolve) => {
    journal.earlier.done.catch((error: Error) => {
      if (error instanceof SuiteError) resolve(error)
      else
        log.warn('the earlier part of the journal could not be checked', {
          kind: 'journal.check_failed',
          error,
        })
    })
  })
