/** The keys that a person has set: all that can be meant, and an error that says what is wrong and what there is. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACTION_NAMES, keyMapOf, keysOf } from '../../../src/monitor/model/key-map.js'
import { keysIn } from '../../../src/monitor/own-keys.js'
import { InputDecoder } from '../../../src/monitor/terminal/input-decoder.js'
import { isKeyName } from '../../../src/monitor/terminal/key-sequences.js'
import { SuiteError } from '../../../src/shared/runtime/errors.js'
import { tempDir } from '../../support/temp-dir.js'

function settings(text: string): string {
  const path = join(tempDir(), 'monitor.json')
  writeFileSync(path, text)
  return path
}

/** The error that the start ends with. */
function refusal(text: string): SuiteError {
  try {
    keysIn(settings(text))
  } catch (error) {
    if (error instanceof SuiteError) return error
  }
  throw new Error(`was taken: ${text}`)
}

test('without a file, and with one that says nothing, the keys are the default ones', () => {
  for (const path of [join(tempDir(), 'none.json'), settings('{}'), settings('{"keys":{}}')]) {
    expect([...keysIn(path)]).toEqual([...keyMapOf()])
  }
})

test('an action has the keys that it was given and no others; the rest keep theirs', () => {
  const keys = keysIn(settings('{"keys":{"zoom":["ctrl+f","F"],"live":["end"],"mouse":[]}}'))
  expect(keysOf(keys, 'zoom')).toEqual(['ctrl+f', 'F'])
  expect(keysOf(keys, 'live')).toEqual(['end'])
  expect(keysOf(keys, 'mouse')).toEqual([])
  expect(keysOf(keys, 'zoom_back')).toEqual(['Z'])
  // Two actions can change places.
  const swapped = keysIn(settings('{"keys":{"row_up":["j"],"row_down":["k"]}}'))
  expect(swapped.get('j')).toBe('row_up')
  expect(keysOf(swapped, 'row_down')).toEqual(['k'])
})

test('every action can be given another key', () => {
  for (const action of ACTION_NAMES) {
    expect(keysIn(settings(JSON.stringify({ keys: { [action]: ['f9'] } }))).get('f9')).toBe(action)
  }
})

test('an unknown action, key or field and a key of two actions end the start, each named beside what there is', () => {
  for (const [text, ...said] of [
    ['{"keys":{"zom":["z"]}}', 'unknown action "zom"', 'zoom, zoom_back'],
    ['{"keys":{"zoom":["ctrl-f"]}}', 'unknown key "ctrl-f" of "zoom"', 'ctrl+a to ctrl+z', 'pagedown'],
    ['{"keys":{"zoom":["ctrl+i"]}}', 'unknown key "ctrl+i"'],
    ['{"keys":{"zoom":[1]}}', 'unknown key 1 of "zoom"'],
    ['{"keys":{"zoom":"z"}}', 'keys of "zoom" are no list'],
    ['{"keys":{"zoom":["p"]}}', 'key "p" is of "zoom" (p) and of "hold" (p)'],
    ['{"keys":{"zoom":["f2"],"hold":["f3","f2"]}}', 'key "f2" is of "zoom" (f2) and of "hold" (f3 f2)'],
    ['{"keys":{"quit":[]}}', '"quit" needs a key'],
    ['{"keys":["z"]}', '"keys" is no object'],
    ['{"theme":"light"}', 'unknown field "theme"'],
    ['[]', 'expected an object'],
    ['{"keys":', 'JSON'],
  ] as const) {
    const { exit, message } = refusal(text)
    expect(exit).toBe(78)
    expect(message).toMatch(/monitor\.json: /)
    for (const part of said) expect(message).toContain(part)
  }
  expect(() => keysIn(tempDir())).toThrow(/EISDIR/)
})

test('what the keyboard can send is a key by that name, and nothing else is', () => {
  const decoder = new InputDecoder()
  const controls = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code))
  const sent = [
    ...controls,
    'é',
    '好',
    '\u001bOP',
    '\u001b[Z',
    '\u001b[5~',
    '\u001b[1;5A',
    '\u001b[6;8~',
    '\u001bx',
    '\u001b\u007f',
  ]
  const names = sent.flatMap((bytes) => [...decoder.push(Buffer.from(bytes)), ...decoder.flush()])
  expect(names.length).toBeGreaterThan(130)
  for (const event of names) {
    expect(event.type).toBe('key')
    if (event.type === 'key') expect([event.key, isKeyName(event.key)]).toEqual([event.key, true])
  }
  for (const name of [
    '',
    ' ',
    'ctrl+',
    'ctrl+1',
    'ctrl+m',
    'ctrl+h',
    'alt+',
    'alt+[',
    'shift+a',
    'zz',
    'F1',
    'ctrl+alt+x',
    '\n',
  ]) {
    expect([name, isKeyName(name)]).toEqual([name, false])
  }
})
