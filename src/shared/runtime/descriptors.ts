/**
 * File descriptors: too few of them fail in places that tell nothing of it, from a module that cannot be loaded to a
 * broker that seems to be away.
 */
import { readFileSync } from 'node:fs'
import { ExitCode, errnoCode, errorText, SuiteError } from './errors.js'

/** A tracker has some 35 open, the monitor fewer; every system gives 256 or more by default. */
const DESCRIPTORS_MIN = 64

const RAISE = 'raise the limit, for example with `ulimit -n 1024`'

/** The most descriptors that a process may have open, out of `/proc/self/limits`; null where it does not say. */
export function descriptorLimit(limits: string): number | null {
  const [, soft] = /^Max open files +(\d+) /m.exec(limits) ?? []
  return soft === undefined ? null : Number(soft)
}

/** @throws {SuiteError} `descriptors` (78) where this process may have fewer than {@link DESCRIPTORS_MIN} open. */
export function requireDescriptors(): void {
  const limit = descriptorLimit(ownLimits())
  if (limit === null || limit >= DESCRIPTORS_MIN) return
  throw new SuiteError(
    'descriptors',
    `a process may have ${limit} files and connections open here, and orderscope needs ${DESCRIPTORS_MIN}; ${RAISE}`,
    { exit: ExitCode.configuration, context: { limit, least: DESCRIPTORS_MIN } },
  )
}

/** What the system calls a process or a machine without a free descriptor; Node's own errors have the text alone. */
const EXHAUSTED = /\b(EMFILE|ENFILE)\b|too many open files/i

/** True where a call failed because no descriptor was free; the causes of `error` are not looked at. */
export const isDescriptorFailure = (error: unknown): boolean =>
  EXHAUSTED.test(`${errnoCode(error)} ${errorText(error)}`)

/** The error (74) for a person where {@link isDescriptorFailure}. */
export const descriptorFailure = (error: unknown): SuiteError =>
  new SuiteError('descriptors', `no file or connection can be opened (${errorText(error)}); ${RAISE}`, {
    exit: ExitCode.file,
    cause: error,
  })

/** Empty on systems without /proc. */
function ownLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch (error) {
    // The very call that is asked about.
    if (isDescriptorFailure(error)) throw descriptorFailure(error)
    return ''
  }
}
