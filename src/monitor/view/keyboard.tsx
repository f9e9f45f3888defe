/** Turns what Ink makes of the keyboard into names of keys, one at a time. A paste is not typing and does nothing. */
import { type Key, useInput, usePaste } from 'ink'
import type { ReactNode } from 'react'

export function Keyboard({ onKey, children }: { onKey(key: string): void; children: ReactNode }): ReactNode {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) onKey(name)
  })
  usePaste(() => {})
  return children
}

/** Keys without a sign of their own. */
const NAMED = [
  ['return', 'enter'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
] as const satisfies [keyof Key, string][]

/** Keys in the middle of a text that came in one piece. */
const SIGNS: Record<string, string> = {
  ' ': 'space',
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
}

/** Keys held down arrive as one text. */
function keyNames(input: string, key: Key): string[] {
  if (key.ctrl) return [`ctrl+${input}`]
  if (key.tab) return [key.shift ? 'shift+tab' : 'tab']
  if (key.escape) return ['escape']
  const named = NAMED.find(([flag]) => key[flag])
  if (named) return [named[1]]
  if (key.meta) return []
  return [...input].map((sign) => SIGNS[sign] ?? sign)
}
