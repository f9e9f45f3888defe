import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  editPrompt,
  insertInto,
  isTyped,
  openPrompt,
  type Prompt,
  remember,
} from '../../../../src/monitor/model/prompt.js'

/** `|` stands for the cursor. */
const at = (marked: string): Prompt => {
  const cursor = marked.indexOf('|')
  return { ...openPrompt('filter'), text: marked.replace('|', ''), cursor }
}
const marked = ({ text, cursor }: Prompt): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`
const after = (start: string, ...keys: string[]): string =>
  marked(keys.reduce<Prompt>((prompt, key) => editPrompt(prompt, key, []) ?? prompt, at(start)))

test.each([
  ['left', 'size > 5|', 'size > |5'],
  ['right', 'si|ze', 'siz|e'],
  ['home', 'size|', '|size'],
  ['ctrl+e', '|size', 'size|'],
  ['ctrl+left', 'order.total > 50|', 'order.total > |50'],
  ['alt+b', 'order.total|', 'order.|total'],
  ['ctrl+right', '|order.total', 'order|.total'],
  ['alt+f', 'order|.total', 'order.total|'],
  ['backspace', 'totl|al', 'tot|al'],
  ['delete', 'tot|lal', 'tot|al'],
  ['ctrl+u', 'size > |50', '|50'],
  ['ctrl+k', 'size |> 50', 'size |'],
  ['ctrl+w', 'size > 50 |&& x', 'size > |&& x'],
  ['alt+backspace', 'order.total|', 'order.|'],
  ['alt+d', '|order.total', '|.total'],
  ['space', 'size|>5', 'size |>5'],
  ['x', 'a|b', 'ax|b'],
  ['f5', 'a|b', 'a|b'],
])('%s edits as a shell does', (key, from, to) => {
  expect(after(from, key)).toBe(to)
})

test('a sign is taken and passed over as a whole, whatever it consists of', () => {
  expect(after('👨‍👩‍👧|', 'backspace')).toBe('|')
  expect(after('e\u0301|x', 'left')).toBe('|e\u0301x')
  expect(after('|👨‍👩‍👧x', 'right')).toBe('👨‍👩‍👧|x')
})

test('Escape, Ctrl-C and a backspace with nothing left leave it', () => {
  expect(editPrompt(at('a|'), 'escape', [])).toBeNull()
  expect(editPrompt(at('a|'), 'ctrl+c', [])).toBeNull()
  expect(editPrompt(at('|'), 'backspace', [])).toBeNull()
  expect(editPrompt(at('|a'), 'backspace', [])).not.toBeNull()
})

test('Up brings back what was entered in a prompt of this kind, Down what was being typed', () => {
  const entered = [
    { kind: 'filter', text: 'size > 2' },
    { kind: 'text', text: 'latte' },
    { kind: 'filter', text: 'size > 1' },
  ] as const
  const press = (...keys: string[]): string =>
    marked(keys.reduce<Prompt>((prompt, key) => editPrompt(prompt, key, entered) ?? prompt, at('si|')))
  expect(press('up')).toBe('size > 2|')
  expect(press('up', 'up', 'up')).toBe('size > 1|')
  expect(press('ctrl+p', 'ctrl+p', 'ctrl+n')).toBe('size > 2|')
  expect(press('up', 'down', 'down')).toBe('si|')
})

test('what is entered is kept once, the newest first, and not without end', () => {
  const texts = ['a', 'b', 'a', ...Array.from({ length: 150 }, (_, index) => `${index}`)]
  const few = remember(remember(remember([], { kind: 'text', text: 'a' }), { kind: 'text', text: 'b' }), {
    kind: 'text',
    text: 'a',
  })
  expect(few.map(({ text }) => text)).toEqual(['a', 'b'])
  const many = texts.reduce((entered, text) => remember(entered, { kind: 'text', text }), few)
  expect(many).toHaveLength(100)
})

test('a pasted text goes where the cursor is, without controls, and ends where there is no more room', () => {
  expect(marked(insertInto(at('a|b'), 'x\n\ty'))).toBe('ax y|b')
  const long = insertInto(at('a|b'), 'x'.repeat(500))
  expect(long.text).toHaveLength(200)
  expect(long.text.endsWith('b')).toBe(true)
})

test('whatever is pressed, the cursor is in the text and the text has no more than its room', () => {
  const keys = [
    'left',
    'right',
    'ctrl+u',
    'ctrl+k',
    'ctrl+w',
    'alt+d',
    'delete',
    'backspace',
    'up',
    'down',
    'é',
    '👍',
    '.',
    'space',
  ]
  const entered = [{ kind: 'filter', text: 'size > 1' }] as const
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 60 }), (pressed) => {
      expect(keys.every(isTyped)).toBe(true)
      const { text, cursor } = pressed.reduce<Prompt>(
        (prompt, key) => editPrompt(prompt, key, entered) ?? prompt,
        openPrompt('filter'),
      )
      expect(cursor).toBeGreaterThanOrEqual(0)
      expect(cursor).toBeLessThanOrEqual(text.length)
      expect(text.length).toBeLessThanOrEqual(200)
      expect(text.isWellFormed()).toBe(true)
    }),
  )
})
