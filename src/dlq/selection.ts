/** Which letters a command is about. */
import { parseOrigin } from '../shared/contract/dead-letter.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import type { LetterInfo } from './letter.js'
import type { LetterBox } from './letter-box.js'

/** What `replay` is asked for: certain letters, those with a reason, or all. */
export type Wanted = { origins: string[] } | { reason: string } | 'all'

/**
 * @throws {SuiteError} `usage` (2) unless exactly one of `--origin`, `--reason` and `--all` is given,
 * `configuration` (78) for a text that is no origin.
 */
export function wantedLetters(args: CommandArguments): Wanted {
  const origins = (args['origin'] as string[] | undefined) ?? []
  const reason = args['reason'] as string | undefined
  const isAll = args['all'] === true
  if (Number(origins.length > 0) + Number(reason !== undefined) + Number(isAll) !== 1) {
    throw new SuiteError('usage', 'Say which letters: one of --origin (repeatable), --reason, or --all.', {
      exit: ExitCode.usage,
    })
  }
  const bad = origins.find((origin) => parseOrigin(origin) === null)
  if (bad !== undefined) {
    throw new SuiteError(
      'configuration',
      `--origin is "${bad}": expected topic/partition/offset/epoch, as \`orderscope dlq list\` shows it`,
      { exit: ExitCode.configuration },
    )
  }
  if (origins.length > 0) return { origins: [...new Set(origins)] }
  return reason === undefined ? 'all' : { reason }
}

export interface Chosen {
  letters: LetterInfo[]
  /** How many of those wanted were replayed before. */
  replayedBefore: number
  /** Origins of which there is no letter. */
  missing: string[]
}

/** The letters that are wanted and were not replayed yet. */
export function choose({ letters, replayed }: LetterBox, wanted: Wanted): Chosen {
  const isWanted = (letter: LetterInfo): boolean =>
    wanted === 'all' ||
    ('reason' in wanted ? letter.reason === wanted.reason : wanted.origins.includes(letter.id))
  const matching = [...letters.values()].filter(isWanted)
  const fresh = matching.filter(({ id }) => !replayed.has(id))
  const isMissing = (origin: string): boolean => !letters.has(origin)
  return {
    letters: fresh,
    replayedBefore: matching.length - fresh.length,
    missing: wanted !== 'all' && 'origins' in wanted ? wanted.origins.filter(isMissing) : [],
  }
}
