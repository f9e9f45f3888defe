/**
 * Named points in the program where a test can make it die, wait or fail: `ORDERSCOPE_FAILPOINTS=NAME=ACTION@N`,
 * several separated by commas. Without that variable a point costs one comparison.
 *
 * Actions: `kill` (SIGKILL to this process), `block` (never goes on), `error:CODE` (fails as a system call does).
 * `@N` means the N-th time the point is reached, by default the first; it fires once, `block` each time from there on.
 */
import { writeSync } from 'node:fs'
import { ExitCode, SuiteError } from './errors.js'

/** Every point there is; a run of all fault tests must have reached each. */
export const FAILPOINTS = [
  'journal.before_write',
  'journal.mid_write',
  'journal.after_write',
  'journal.after_sync',
  'tracker.after_journal',
  'tracker.after_resolve',
  'tracker.after_commit',
  'rotate.before_rename',
  'rotate.after_seal',
  'rotate.after_rename',
] as const

export type Failpoint = (typeof FAILPOINTS)[number]

interface Plan {
  action: 'kill' | 'block' | 'error'
  /** System error code, for `error`. */
  code: string
  /** Counted down at each time the point is reached. */
  left: number
}

const SYNTAX = /^([a-z_.]+)=(kill|block|error:([A-Z]+))(?:@([1-9]\d*))?$/

/**
 * Reads the variable.
 *
 * @throws {SuiteError} `configuration` (78) where a part of it is not as above.
 */
export function parseFailpoints(text: string): Map<Failpoint, Plan> {
  const plans = new Map<Failpoint, Plan>()
  for (const part of text.split(',')) {
    const [, name, action, code, nth] = SYNTAX.exec(part.trim()) ?? []
    const point = FAILPOINTS.find((each) => each === name)
    if (!point || !action) {
      throw new SuiteError(
        'configuration',
        `ORDERSCOPE_FAILPOINTS: "${part}" is not NAME=kill|block|error:CODE[@N] with NAME one of ${FAILPOINTS.join(', ')}`,
        { exit: ExitCode.configuration },
      )
    }
    const kind = code ? 'error' : (action as 'kill' | 'block')
    plans.set(point, { action: kind, code: code ?? '', left: Number(nth ?? 1) })
  }
  return plans
}

const TEXT = process.env['ORDERSCOPE_FAILPOINTS']
/** Null where nothing is planned. A nonsensical plan ends the program before it has done anything. */
const PLANS = TEXT ? parseFailpoints(TEXT) : null

/** True where a plan for the point waits; for work that is only done to make the point reachable. */
export const isPlanned = (name: Failpoint): boolean => PLANS?.has(name) === true

/**
 * A point: does what is planned for it. Await it where `block` is to hold; `kill` and `error` act at once.
 *
 * @throws the error of `error:CODE`.
 */
export function failpoint(name: Failpoint): Promise<void> | undefined {
  return PLANS ? act(name, PLANS.get(name)) : undefined
}

function act(name: Failpoint, plan: Plan | undefined): Promise<void> | undefined {
  if (!plan) return undefined
  plan.left -= 1
  if (plan.left > 0 || (plan.left < 0 && plan.action !== 'block')) return undefined
  // Straight to the descriptor: what goes through a stream may be lost with the process.
  writeSync(2, `[failpoint] ${name}: ${plan.action}\n`)
  if (plan.action === 'kill') die()
  if (plan.action === 'block') return new Promise(() => {})
  throw Object.assign(new Error(`${plan.code}: failpoint ${name}`), {
    code: plan.code,
    syscall: name,
  })
}

/** Not one instruction more: the signal may reach another thread of this process first. */
function die(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
