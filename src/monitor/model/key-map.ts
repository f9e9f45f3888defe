/**
 * What can be done by keys: every action by its name, and the keys that do it.
 *
 * The names are what a person writes into the settings to give an action other keys, so they stay.
 */
import type { ViewName } from './views.js'

const VIEW_KEYS = {
  view_overview: ['1'],
  view_live: ['2'],
  view_lag: ['3'],
  view_business: ['4'],
  view_problems: ['5'],
  view_journal: ['6'],
} as const satisfies Record<`view_${ViewName}`, readonly string[]>

/** The keys of each action where a person has not set others. */
export const DEFAULT_KEYS = {
  ...VIEW_KEYS,
  next_view: ['tab'],
  previous_view: ['shift+tab'],
  zoom: ['z'],
  zoom_back: ['Z'],
  arrange: ['a'],
  columns: ['v'],
  hold: ['p'],
  row_up: ['k', 'up'],
  row_down: ['j', 'down'],
  page_up: ['b', 'pageup'],
  page_down: ['space', 'pagedown'],
  half_page_up: ['ctrl+u'],
  half_page_down: ['ctrl+d'],
  oldest: ['g', 'home'],
  live: ['G', 'F', 'end'],
  next_rejected: ['e'],
  previous_rejected: ['E'],
  search: ['/'],
  filter: ['&'],
  next_match: ['n'],
  previous_match: ['N'],
  order_story: ['o'],
  open: ['enter'],
  time_style: ['t'],
  theme: ['C'],
  wrap: ['w'],
  left: ['h', 'left'],
  right: ['l', 'right'],
  include_field: ['+'],
  exclude_field: ['-'],
  copy: ['c'],
  save: ['s'],
  entry_earlier: [','],
  entry_later: ['.'],
  minute_earlier: ['<'],
  minute_later: ['>'],
  go_to: [':'],
  go_to_row: ['T'],
  bookmark: ['m'],
  previous_bookmark: ['u'],
  next_bookmark: ['U'],
  dismiss: ['x'],
  next_journal: ['J'],
  mouse: ['M'],
  redraw: ['ctrl+l'],
  suspend: ['ctrl+z'],
  help: ['?', 'f1'],
  back: ['escape', '0'],
  quit: ['q', 'ctrl+c'],
} as const satisfies Record<string, readonly string[]>

export type ActionName = keyof typeof DEFAULT_KEYS

export const ACTION_NAMES = Object.keys(DEFAULT_KEYS) as readonly ActionName[]

/** Which action each key does; the keys of one action in the order in which they are shown. */
export type KeyMap = ReadonlyMap<string, ActionName>

/** The default keys, but for the actions in `own`; a key of two actions does the later one. */
export const keyMapOf = (own: Partial<Record<ActionName, readonly string[]>> = {}): KeyMap =>
  new Map(
    ACTION_NAMES.flatMap((action) =>
      (own[action] ?? DEFAULT_KEYS[action]).map((key): [string, ActionName] => [key, action]),
    ),
  )

export const keysOf = (keyMap: KeyMap, action: ActionName): string[] =>
  [...keyMap].flatMap(([key, done]) => (done === action ? [key] : []))

const LABELS: Record<string, string> = { escape: 'Esc', pageup: 'PgUp', pagedown: 'PgDn' }

/**
 * A key as it is written for people.
 *
 * @example keyLabel('ctrl+pageup') // 'Ctrl-PgUp'
 */
export function keyLabel(key: string): string {
  // A plus sign is a key too, alone and behind alt+.
  const parts = key.split(/(?<=.)\+(?=.)/u)
  const last = parts.pop() ?? ''
  const isLetter = [...last].length === 1
  const shown = isLetter
    ? parts.includes('ctrl')
      ? last.toUpperCase()
      : last
    : (LABELS[last] ?? capital(last))
  return [...parts.map(capital), shown].join('-')
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The key to tell a person for an action, the first of its keys. */
export function keyFor(keyMap: KeyMap, action: ActionName): string {
  const [key] = keysOf(keyMap, action)
  return key === undefined ? 'no key' : keyLabel(key)
}
