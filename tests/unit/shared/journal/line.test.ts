import { expect, test } from 'vitest'
import { GENESIS_HASH } from '../../../../src/shared/contract/journal-entry.js'
import {
  chainHash,
  checkLine,
  claimedHash,
  lineSuffix,
  linesOf,
  parseLine,
  SUFFIX_BYTES,
} from '../../../../src/shared/journal/line.js'

/** A line that follows one with `previous`, without its LF. */
function sealed(body: string, previous = GENESIS_HASH): Buffer {
  return Buffer.from(body + lineSuffix(chainHash(Buffer.from(previous + body))).trimEnd())
}

test('the suffix is 76 bytes with its line feed', () => {
  expect(SUFFIX_BYTES).toBe(76)
  expect(lineSuffix(GENESIS_HASH)).toHaveLength(76)
})

test('the hash is found by its place, not by its text', () => {
  const body = `{"timestamp":"t","event_type":"x","raw":{"a":1,"hash":"${'f'.repeat(64)}"},"seq":1`
  const line = sealed(body)
  expect(claimedHash(line)).toBe(chainHash(Buffer.from(GENESIS_HASH + body)))
  expect(checkLine(line, GENESIS_HASH)).toEqual({ ok: true, hash: claimedHash(line) })
})

test.each<[string, (line: string) => string, string]>([
  ['nothing', () => '', 'is blank'],
  ['a carriage return at the end', (line) => `${line}\r`, 'holds a carriage return'],
  ['a carriage return inside', (line) => line.replace(':', ':\r'), 'holds a carriage return'],
  ['a space behind the hash', (line) => `${line} `, 'does not end in a hash'],
  [
    'upper case in the hash',
    (line) => line.slice(0, -66) + 'A'.repeat(64) + line.slice(-2),
    'does not end in a hash',
  ],
  ['another brace', (line) => `${line.slice(0, -1)}]`, 'does not end in a hash'],
  ['the suffix alone', (line) => line.slice(-75), 'does not end in a hash'],
  ['another byte', (line) => line.replace('x', 'y'), 'has a hash that does not follow'],
])('a line with %s is refused', (_, change, problem) => {
  const line = sealed('{"timestamp":"t","event_type":"x","seq":1').toString()
  const check = checkLine(Buffer.from(change(line)), GENESIS_HASH)
  expect(check).toMatchObject({ ok: false, problem: expect.stringContaining(problem) })
})

test('a line is refused with any byte of its end changed in any bit', () => {
  const line = sealed('{"timestamp":"t","event_type":"x","seq":1')
  for (let at = line.length + 1 - SUFFIX_BYTES; at < line.length; at += 1) {
    for (let bit = 1; bit < 256; bit *= 2) {
      const changed = Buffer.from(line)
      changed[at] = (line[at] as number) ^ bit
      expect(checkLine(changed, GENESIS_HASH).ok, `byte ${at}, bit ${bit}`).toBe(false)
    }
  }
  expect(checkLine(line, GENESIS_HASH).ok).toBe(true)
})

test('a line is refused behind another line than its own', () => {
  const line = sealed('{"timestamp":"t","event_type":"x","seq":2', 'a'.repeat(64))
  expect(checkLine(line, 'a'.repeat(64)).ok).toBe(true)
  expect(checkLine(line, GENESIS_HASH).ok).toBe(false)
})

test.each([
  '',
  '7',
  'null',
  '[]',
  '{"event_type":"x"}',
  '{"event_type":"x","seq":1.5}',
  '{"seq":1}',
  '\ufeff{}',
])('%j is no entry', (text) => {
  expect(parseLine(Buffer.from(text))).toBeNull()
})

test('only whole lines are split off', () => {
  expect([...linesOf(Buffer.from('a\n\nb\nc'))].map(String)).toEqual(['a', '', 'b'])
})
