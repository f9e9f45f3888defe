/** What the sequences of a terminal mean: keys with a name of their own, and reports of the mouse. */

export type InputEvent =
  | { type: 'key'; key: string }
  /** Verbatim; may hold anything. */
  | { type: 'paste'; text: string }
  | { type: 'wheel'; step: 'up' | 'down' }
  /** The left button went down; places count from 0. */
  | { type: 'click'; column: number; row: number }

/** Keys that are one sign below the blank. */
const CONTROLS: Record<string, string> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\u007f': 'backspace',
  '\b': 'backspace',
  ' ': 'space',
}

const UNPRINTABLE = /[\p{Cc}\p{Cs}\ufffd]/u

/** The name of the key that sends this one sign; null where no key does. */
export function keyOfControl(sign: string): string | null {
  const named = CONTROLS[sign]
  if (named !== undefined) return named
  if (sign >= '\u0001' && sign <= '\u001a') return `ctrl+${String.fromCharCode(sign.charCodeAt(0) + 0x60)}`
  return UNPRINTABLE.test(sign) ? null : sign
}

const BY_FINAL: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  S: 'f4',
}

const BY_NUMBER: Record<string, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
}

const FUNCTION_KEYS: ReadonlySet<string> = new Set([...Object.values(BY_FINAL), ...Object.values(BY_NUMBER)])
/** Behind ESC these begin a sequence. */
const SEQUENCE_BEGINS = '[O]PX^_'

/** What the names of keys are, for people. */
export const KEY_NAMES_HINT =
  'a single sign, enter, tab, shift+tab, backspace, space, escape, ctrl+a to ctrl+z, alt+ and a sign, or, also behind ' +
  `ctrl+, alt+ and shift+, ${[...FUNCTION_KEYS].join(', ')}`

/** True for the name of a key that a terminal can send; Ctrl-I, for example, comes as `tab`. */
export function isKeyName(name: string): boolean {
  if (isSign(name) || ['escape', 'shift+tab', ...Object.values(CONTROLS)].includes(name)) return true
  if (FUNCTION_KEYS.has(name.replace(/^(ctrl\+)?(alt\+)?(shift\+)?/, ''))) return true
  if (/^ctrl\+[a-z]$/.test(name)) {
    return keyOfControl(String.fromCharCode(name.charCodeAt('ctrl+'.length) - 0x60)) === name
  }
  const behindAlt = name.startsWith('alt+') ? name.slice('alt+'.length) : ''
  if (['space', 'backspace'].includes(behindAlt)) return true
  return isSign(behindAlt) && !SEQUENCE_BEGINS.includes(behindAlt)
}

const isSign = (text: string): boolean => [...text].length === 1 && keyOfControl(text) === text

/** Keys after ESC O, as terminals send them in application mode. */
export const ss3Key = (sign: string): string | null => (sign === 'R' ? 'f3' : (BY_FINAL[sign] ?? null))

/** What a control sequence with these parameters and this last sign means; null where it is no input of a person. */
export function sequenceEvent(parameters: string, final: string): InputEvent | null {
  if (parameters.startsWith('<')) return mouseEvent(parameters.slice(1), final)
  if (final === 'Z' && parameters === '') return { type: 'key', key: 'shift+tab' }
  const [number = '', modifier = '', ...more] = parameters.split(';')
  // The position of the cursor ends in R as well, so that F3 with a modifier is lost.
  const name = final === '~' ? BY_NUMBER[number] : isOne(number) ? BY_FINAL[final] : undefined
  if (name === undefined || more.length > 0 || !/^\d*$/.test(modifier)) return null
  return { type: 'key', key: modifiersOf(modifier) + name }
}

const isOne = (number: string): boolean => number === '' || number === '1'

/** 1 and a sum of 1 for Shift, 2 for Alt, 4 for Ctrl. */
function modifiersOf(parameter: string): string {
  const bits = parameter === '' ? 0 : Number(parameter) - 1
  return [bits & 4 ? 'ctrl+' : '', bits & 2 ? 'alt+' : '', bits & 1 ? 'shift+' : ''].join('')
}

const WHEEL_UP = 64
const WHEEL_DOWN = 65

/** An SGR report: button, column, row; `M` for down and `m` for up. */
function mouseEvent(parameters: string, final: string): InputEvent | null {
  const [, button, column, row] = /^(\d{1,4});(\d{1,5});(\d{1,5})$/.exec(parameters) ?? []
  if (final !== 'M' || column === undefined) return null
  if (Number(button) === WHEEL_UP) return { type: 'wheel', step: 'up' }
  if (Number(button) === WHEEL_DOWN) return { type: 'wheel', step: 'down' }
  return Number(button) === 0 ? { type: 'click', column: Number(column) - 1, row: Number(row) - 1 } : null
}
