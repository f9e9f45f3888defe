/** `lnav`, the log viewer, on a journal: asked by SQL for what the monitor shows, where a machine has it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { cleanEnv, homeOf } from '../../tests/support/cli.js'
import type { Stage } from '../stage.js'

/** Holds `formats/`, by which lnav knows the fields of a journal. */
const CONFIG = join(projectFolder, 'bench', 'lnav')

const QUESTIONS = {
  totals: 'SELECT count(*) FROM orderscope_journal',
  business:
    'SELECT "order_full/metadata/event_type", count(*), sum("order_full/total") FROM orderscope_journal GROUP BY 1',
}

/** The milliseconds that lnav takes from its start to the answer, on the journal in `dir`; null where it is missing. */
export async function lnavMs(
  stage: Stage,
  dir: string,
  question: keyof typeof QUESTIONS,
): Promise<number | null> {
  const files = readdirSync(dir).filter((name) => name.startsWith('tracker.events'))
  try {
    const run = await stage.run({
      command: 'lnav',
      args: ['-I', CONFIG, '-n', '-c', `;${QUESTIONS[question]}`, ...files],
      cwd: dir,
      env: { ...cleanEnv(), ...homeOf(dir), TERM: 'xterm-256color' },
    })
    return run.wallMs
  } catch (error) {
    // A shell that does not find a program ends with 127.
    if (error instanceof Error && /ended with 127:/.test(error.message)) return null
    throw error
  }
}
