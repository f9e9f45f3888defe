import { expect, test } from 'vitest'
import * as parsers from '../../../../../src/shared/runtime/config/parsers.js'

const {
  brokerList,
  decimal,
  flag,
  instanceName,
  oneOf,
  optionalText,
  text,
  topicList,
  topicName,
  wholeNumber,
} = parsers

const orThrown = <T>(parse: (text: string) => T, value: string): T | 'refused' => {
  try {
    return parse(value)
  } catch {
    return 'refused'
  }
}

test.each<[string, (text: string) => unknown, Record<string, unknown>]>([
  ['text', text, { ' a ': 'a', '': 'refused', '  ': 'refused' }],
  ['optionalText', optionalText, { ' a ': 'a', '': null, '  ': null }],
  [
    'flag',
    flag,
    {
      true: true,
      TRUE: true,
      '1': true,
      yes: true,
      on: true,
      false: false,
      off: false,
      '0': false,
      no: false,
      '': 'refused',
      y: 'refused',
    },
  ],
  [
    'wholeNumber(1, 9)',
    wholeNumber(1, 9),
    {
      '1': 1,
      ' 9 ': 9,
      '0': 'refused',
      '10': 'refused',
      '-1': 'refused',
      '1.5': 'refused',
      '1e0': 'refused',
      '0x1': 'refused',
      '': 'refused',
      '１': 'refused',
    },
  ],
  [
    'decimal(0, 1)',
    decimal(0, 1),
    {
      '0': 0,
      '0.25': 0.25,
      '1': 1,
      '1.01': 'refused',
      '-0.1': 'refused',
      '.5': 'refused',
      '1e-1': 'refused',
      NaN: 'refused',
      '': 'refused',
    },
  ],
  ['oneOf(a, b)', oneOf('a', 'b'), { a: 'a', ' B ': 'b', c: 'refused', '': 'refused' }],
  [
    'instanceName',
    instanceName,
    {
      a: 'a',
      'A-1_b.c': 'A-1_b.c',
      ['x'.repeat(64)]: 'x'.repeat(64),
      ['x'.repeat(65)]: 'refused',
      '.a': 'refused',
      'a/b': 'refused',
      '': 'refused',
      'a b': 'refused',
    },
  ],
  [
    'brokerList',
    brokerList,
    {
      'a:1': ['a:1'],
      ' a:1 , b:65535,': ['a:1', 'b:65535'],
      '[::1]:9': ['[::1]:9'],
      a: 'refused',
      'a:0': 'refused',
      'a:65536': 'refused',
      ':1': 'refused',
      'a:b': 'refused',
      'http://a:1': 'refused',
      '::1:9': 'refused',
      '': 'refused',
      ',': 'refused',
    },
  ],
  [
    'topicName',
    topicName,
    {
      'orders.v1_x-y': 'orders.v1_x-y',
      ' a ': 'a',
      '.': 'refused',
      '..': 'refused',
      'a b': 'refused',
      ä: 'refused',
      ['t'.repeat(249)]: 't'.repeat(249),
      ['t'.repeat(250)]: 'refused',
      '': 'refused',
    },
  ],
  ['topicList', topicList, { 'a, b,a': ['a', 'b'], a: ['a'], ',': 'refused', 'a,b c': 'refused' }],
])('%s takes and refuses', (_, parse, cases) => {
  const found = Object.fromEntries(Object.keys(cases).map((value) => [value, orThrown(parse, value)]))
  expect(found).toEqual(cases)
})
