import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WALK_BYTES_MAX, WalkTable } from '../../../../src/shared/contract/walk-table.js'

const noNote = (): number => -1
const VALUE = new WalkTable([['', {}]], noNote, { levels: 64 })

/** True where the whole of `text` surely is one value. */
const isValue = (text: string): boolean => VALUE.walk(Buffer.from(text)) === 0

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('every JSON text of one line is gone over to its end', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      expect(isValue(JSON.stringify(value))).toBe(true)
    }),
  )
})

test('what it goes over is JSON, whatever was changed in it', () => {
  const piece = fc.constantFrom(...'{}[]",:\\u0tfn-.eE+ \t\n'.split(''), '\u00e9', '1e5', '\\u00', 'null')
  const change = fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece)
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (value, changes) => {
        let text = JSON.stringify(value)
        for (const [at, removed, added] of changes) {
          const place = at % (text.length + 1)
          text = text.slice(0, place) + added + text.slice(place + removed)
        }
        if (isValue(text)) expect(isJson(text), text).toBe(true)
      },
    ),
    { numRuns: 3_000 },
  )
})

test.each([
  '01',
  '-',
  '1.',
  '.5',
  '1e',
  '+1',
  '"\\x"',
  '"\\u12g4"',
  '"a',
  '{"a"}',
  '[1,]',
  '{"a":1,}',
  'nul',
  '',
])('%s is not gone over', (text) => {
  expect(isValue(text)).toBe(false)
})

test('nesting that a parser takes and the scanner does not is left to the parser', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  expect(isValue(nested(64))).toBe(true)
  expect(isValue(nested(65))).toBe(false)
  expect(isValue(`${'[{"a":'.repeat(32)}0${'}]'.repeat(32)}`)).toBe(true)
  expect(isValue(`${'[{"a":'.repeat(32)}0${']}'.repeat(32)}`)).toBe(false)
})

test('a text is read to its own end, whatever stood there before it', () => {
  for (const text of ['"abc"', '[1,2]', '{"a":12}', 'true', '"\\u0061"']) {
    expect(isValue(text)).toBe(true)
    for (let end = 0; end < text.length; end += 1)
      expect(isValue(text.slice(0, end)), text.slice(0, end)).toBe(false)
  }
})

test('a string is gone over at every length, and ends at every byte that must be escaped', () => {
  for (let length = 0; length <= 70; length += 1) {
    const plain = 'x'.repeat(length)
    expect(isValue(`"${plain}"`)).toBe(true)
    expect(isValue(`"${plain}\\n${plain}"`)).toBe(true)
    for (const byte of ['\0', '\t', '\x1f', '"', '\\']) expect(isValue(`"${plain}${byte}é"`)).toBe(false)
  }
})

test('a text that is longer than its memory is left to the parser', () => {
  const text = (bytes: number): string => `"${'a'.repeat(bytes - 2)}"`
  expect(isValue(text(WALK_BYTES_MAX))).toBe(true)
  expect(isValue(text(WALK_BYTES_MAX + 1))).toBe(false)
})

test('whole numbers are read as they are written; others are refused', () => {
  const whole = new WalkTable([['', { type: 'whole' }]], () => 0, { levels: 64 })
  const number = (text: string): number => (whole.walk(Buffer.from(text)) === 1 ? whole.number(0) : -1)
  expect(['0', '7', '120', '999999999999999'].map(number)).toEqual([0, 7, 120, 999_999_999_999_999])
  const refused = ['', '-1', '01', '00', '1000000000000000', '18446744073709551617', 'x', '1.5', '1e5']
  expect(refused.map(number)).toEqual(refused.map(() => -1))
})

test('pairs of strings and texts or null are taken as JSON.stringify writes them, and nothing else is', () => {
  const takes = (type: string, text: string): boolean =>
    new WalkTable([['', { type }]], noNote, { levels: 64 }).walk(Buffer.from(text)) === 0
  const pairs = ['[]', '[["",""]]', '[["a","b"],["c","é"]]']
  for (const text of pairs) expect(takes('pairs', text), text).toBe(true)
  const others = ['', '[', '[[]]', '[["a"]]', '[["a","b"]', '[["a","b"],]', '[["a","b","c"]]', '[["a",null]]']
  for (const text of [...others, '[ ["a","b"]]', '[["a", "b"]]', '[["a\\n","b"]]', '["a","b"]', '{}'])
    expect(takes('pairs', text), text).toBe(false)
  for (const text of ['null', '""', '"a"']) expect(takes('string or null', text), text).toBe(true)
  for (const text of ['nul', 'nulls', 'true', '0', '"\\n"', '[]', '']) {
    expect(takes('string or null', text), text).toBe(false)
  }
})

test('parts stand one after the other, byte for byte, and tell their values in their order', () => {
  for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 50]) {
    const head = 'x'.repeat(length)
    const table = new WalkTable(
      [[head, { type: 'string' }, 'a'], [','], ['', {}, 'b'], [head]],
      ([name]) => (name === 'a' ? 1 : 2),
      {
        levels: 64,
      },
    )
    const text = `${head}"one",{"two":2}${head}`
    expect(table.walk(Buffer.from(text))).toBe(2)
    expect([table.note(0), table.note(1)]).toEqual([1, 2])
    expect([table.text(0), table.repeatedText(0), table.parsed(1)]).toEqual(['one', 'one', { two: 2 }])
    expect([table.length(0), table.length(1)]).toEqual([5, 9])
    for (let at = 0; at < length; at += 1) {
      const other = `${text.slice(0, at)}y${text.slice(at + 1)}`
      expect(table.walk(Buffer.from(other)), other).toBe(-1)
    }
    expect(table.walk(Buffer.from(`${text} `))).toBe(-1)
    expect(table.walk(Buffer.from(text.slice(0, -1)))).toBe(-1)
  }
})

test('a value means what a parser makes of it', () => {
  const table = new WalkTable([['', {}, 'a']], () => 0, { levels: 64 })
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const text = JSON.stringify(value)
      expect(table.walk(Buffer.from(text))).toBe(1)
      expect(table.parsed(0)).toStrictEqual(JSON.parse(text))
    }),
  )
  for (const text of [
    '-0',
    '1e400',
    '-1.5E-7',
    '12345678901234567890',
    '0.1000000000000000055511151231257827',
  ]) {
    expect(table.walk(Buffer.from(text))).toBe(1)
    expect(Object.is(table.parsed(0), JSON.parse(text)), text).toBe(true)
  }
})

test('a number means what a parser makes of it, to the last bit', () => {
  const table = new WalkTable([['', {}, 'a']], () => 0, { levels: 64 })
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 12 })
  const whole = fc.oneof(
    fc.constant('0'),
    digits.map((text) => `7${text}`),
  )
  const number = fc.tuple(
    fc.constantFrom('', '-'),
    whole,
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
  )
  fc.assert(
    fc.property(number, (pieces) => {
      const text = pieces.join('')
      expect(table.walk(Buffer.from(text))).toBe(1)
      expect(Object.is(table.parsed(0), JSON.parse(text)), text).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('a text in the window is walked over where it stands, whatever stands around it', () => {
  const table = new WalkTable([['', {}, 'a']], () => 0, { levels: 64, windowBytes: 300_000 })
  const lines = ['"first"', '{"a":[1,2]}', '7', 'tru', '"last"']
  for (const at of [0, 1, 70_001, 300_000 - 40]) {
    table.window.write(`${lines.join('\n')}\n`, at)
    const results = lines.map((line, index) => {
      const from = at + lines.slice(0, index).join('\n').length + (index === 0 ? 0 : 1)
      const text = table.window.subarray(from, from + line.length)
      return table.walk(text) === 1 ? table.parsed(0) : 'refused'
    })
    expect(results).toEqual(['first', { a: [1, 2] }, 7, 'refused', 'last'])
  }
})

test('a text in the window is walked over up to its own end, whatever is behind it, and that stays as it was', () => {
  const table = new WalkTable([['', {}, 'a']], () => 0, { levels: 64, windowBytes: 300_000 })
  const texts = ['7', '12', '"a"', '{"a":[1,2]}', 'true', '-1.5e3']
  for (const text of texts) {
    for (const behind of ['0', '"', '}', '9'.repeat(40), '.5', 'e1', 'x']) {
      for (const at of [0, 1, 70_001, 299_900]) {
        table.window.write(text + behind, at)
        const to = at + text.length
        expect(table.walkWindow(at, to)).toBe(1)
        expect(table.parsed(0)).toEqual(JSON.parse(text))
        expect(table.walkWindow(at, to - 1)).toBe(text === '12' ? 1 : -1)
        expect(table.window.toString('latin1', at, to + behind.length)).toBe(text + behind)
      }
    }
  }
})
