/** When V8 compiles what runs often, for processes that mostly wait. */
import { setFlagsFromString } from 'node:v8'

/**
 * Calls after which a function is compiled: many times V8's own. What runs five times a second would be compiled for a
 * quarter of an hour, in threads of their own, and never repay that; where orders stream it takes a fraction of a second.
 */
const FLAGS = ['--invocation-count-for-maglev=10000', '--invocation-count-for-turbofan=20000']

/** Has functions compiled late, from now on and in all threads. */
export function compileLate(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}
