import { expect, test } from 'vitest'
import {
  descriptorFailure,
  descriptorLimit,
  isDescriptorFailure,
} from '../../../../src/shared/runtime/descriptors.js'

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             15379                15379                processes
Max open files            1024                 524288               files
Max locked memory         8388608              8388608              bytes
`

test('the limit is the soft one, in whatever order the system lists them', () => {
  expect(descriptorLimit(LIMITS)).toBe(1_024)
})

test('no number is no limit', () => {
  expect(descriptorLimit(LIMITS.replace('1024  ', 'unlimited'))).toBeNull()
  expect(descriptorLimit('')).toBeNull()
})

test.each([
  ['a system call', Object.assign(new Error('x'), { code: 'EMFILE', syscall: 'open' }), true],
  ['the whole machine', Object.assign(new Error('x'), { code: 'ENFILE', syscall: 'open' }), true],
  ['a module that cannot be loaded', new Error('Cannot read package config: too many open files.'), true],
  ['a file that is not there', Object.assign(new Error('x'), { code: 'ENOENT' }), false],
  ['nothing', null, false],
])('%s: %s', (_name, error, expected) => {
  expect(isDescriptorFailure(error)).toBe(expected)
})

test('the message says what to do', () => {
  const failure = descriptorFailure(new Error('EMFILE: too many open files, open x'))
  expect(failure).toMatchObject({ code: 'descriptors', exit: 74 })
  expect(failure.message).toBe(
    'no file or connection can be opened (EMFILE: too many open files, open x); raise the limit, for example with `ulimit -n 1024`',
  )
})
