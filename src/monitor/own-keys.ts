/**
 * The keys that a person has set: `keys` in the monitor's settings file, which the monitor itself never writes.
 *
 * What cannot be meant ends the start, because a key that silently does something else is worse than none.
 */
import { ExitCode, errorText, SuiteError } from '../shared/runtime/errors.js'
import { readTextIfAny } from '../shared/runtime/files.js'
import { ACTION_NAMES, type ActionName, DEFAULT_KEYS, type KeyMap, keyMapOf } from './model/key-map.js'
import { isObject } from './tail/entry-reader.js'
import { isKeyName, KEY_NAMES_HINT } from './terminal/key-sequences.js'

type OwnKeys = Partial<Record<ActionName, readonly string[]>>

/**
 * The keys as they are in effect with the settings at `path`, or the default ones where there is no such file.
 *
 * @throws {SuiteError} `configuration` (78) naming the file, what is wrong in it, and what could stand there.
 */
export function keysIn(path: string): KeyMap {
  try {
    const text = readTextIfAny(path)
    return text === null ? keyMapOf() : effective(ownKeys(JSON.parse(text)))
  } catch (error) {
    throw new SuiteError('configuration', `${path}: ${errorText(error)}`, {
      exit: ExitCode.configuration,
      cause: error,
    })
  }
}

function ownKeys(settings: unknown): OwnKeys {
  if (!isObject(settings)) throw new Error('expected an object: {"keys": {"zoom": ["z"]}}')
  for (const name of Object.keys(settings)) {
    if (name !== 'keys') throw new Error(`unknown field "${name}"; there is "keys"`)
  }
  const { keys = {} } = settings
  if (!isObject(keys)) throw new Error('"keys" is no object of an action and its keys: {"zoom": ["z"]}')
  for (const [action, given] of Object.entries(keys)) checkAction(action, given)
  return keys as OwnKeys
}

function checkAction(action: string, given: unknown): void {
  if (!(ACTION_NAMES as readonly string[]).includes(action)) {
    throw new Error(`unknown action "${action}"; there are ${ACTION_NAMES.join(', ')}`)
  }
  if (!Array.isArray(given)) throw new Error(`keys of "${action}" are no list of keys: ["z", "ctrl+f"]`)
  for (const key of given) {
    if (typeof key === 'string' && isKeyName(key)) continue
    throw new Error(`unknown key ${JSON.stringify(key)} of "${action}"; a key is ${KEY_NAMES_HINT}`)
  }
  if (action === 'quit' && given.length === 0) throw new Error('"quit" needs a key')
}

/** One key does one thing: what a person gives to an action must be taken from the one that has it. */
function effective(own: OwnKeys): KeyMap {
  const keysOf = (action: ActionName): readonly string[] => own[action] ?? DEFAULT_KEYS[action]
  const actionOf = new Map<string, ActionName>()
  for (const action of ACTION_NAMES) {
    for (const key of keysOf(action)) {
      const other = actionOf.get(key) ?? action
      if (other !== action) {
        const [one, two] = [other, action].map((name) => `"${name}" (${keysOf(name).join(' ')})`)
        throw new Error(`key "${key}" is of ${one} and of ${two}; give one of them other keys`)
      }
      actionOf.set(key, action)
    }
  }
  return keyMapOf(own)
}
