import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type LedgerFacts, ledgerLines, openLedger } from '../../../src/producer/ledger.js'
import { tempDir } from '../../support/temp-dir.js'

const facts = (n: number): LedgerFacts => ({ eventId: `e${n}`, orderId: `o${n}`, sha256: `${n}`.repeat(4) })
const batch = { topic: 'orders', partition: 2, contexts: [facts(1), facts(2)] }

test('a delivered batch is one line for each record, offsets counted from its base', () => {
  expect(ledgerLines({ ...batch, outcome: 'delivered', baseOffset: 41 })).toBe(
    '{"event_id":"e1","order_id":"o1","topic":"orders","partition":2,"offset":41,"sha256":"1111"}\n' +
      '{"event_id":"e2","order_id":"o2","topic":"orders","partition":2,"offset":42,"sha256":"2222"}\n',
  )
})

test('an unknown outcome is said, without an offset', () => {
  expect(ledgerLines({ ...batch, contexts: [facts(1)], outcome: 'unknown' })).toBe(
    '{"event_id":"e1","order_id":"o1","topic":"orders","partition":2,"sha256":"1111","outcome":"unknown"}\n',
  )
})

test('a failed record is not on the topic and has no line', () => {
  expect(ledgerLines({ ...batch, outcome: 'failed', code: 'message_too_large', message: '' })).toBe('')
})

test('the file is for its owner alone, and whole before it is closed', () => {
  const path = join(tempDir(), 'ledger.ndjson')
  const ledger = openLedger(path)
  ledger.append({ ...batch, outcome: 'delivered', baseOffset: 0 })
  ledger.append({ ...batch, outcome: 'delivered', baseOffset: 2 })
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  ledger.close()
})

test("another run's ledger is refused and left alone", () => {
  const path = join(tempDir(), 'ledger.ndjson')
  writeFileSync(path, 'earlier\n')
  expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'ledger_exists', exit: 74 }))
  expect(readFileSync(path, 'utf8')).toBe('earlier\n')
})

test('an empty file is taken', () => {
  const path = join(tempDir(), 'ledger.ndjson')
  writeFileSync(path, '')
  openLedger(path).close()
  expect(existsSync(path)).toBe(true)
})

test('a folder that is not there is a file error that names the ledger', () => {
  const path = join(tempDir(), 'no', 'ledger.ndjson')
  expect(() => openLedger(path)).toThrow(
    expect.objectContaining({ code: 'ledger_failed', exit: 74, message: expect.stringContaining(path) }),
  )
})

test.runIf(existsSync('/dev/full'))('a full disk is a file error', () => {
  const ledger = openLedger('/dev/full')
  expect(() => ledger.append({ ...batch, outcome: 'delivered', baseOffset: 0 })).toThrow(
    expect.objectContaining({ code: 'ledger_failed', exit: 74, message: expect.stringContaining('ENOSPC') }),
  )
})
