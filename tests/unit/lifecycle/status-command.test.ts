import { expect, test } from 'vitest'
import type { Status } from '../../../src/lifecycle/status.js'
import { statusText } from '../../../src/lifecycle/status-command.js'

const STATUS: Status = {
  state: 'degraded',
  problems: ['the tracker has ended; nothing is journaled'],
  since: '2026-11-21T02:15:37.000Z',
  broker: { kind: 'local', brokers: ['127.0.0.1:9092'], pid: 12, answers: true },
  tracker: { pid: null, state: null, heard_at: null },
  producer: { pid: 14 },
  partitions: [{ topic: 'orders', partition: 0, end: 9, next: 7, lag: 2 }],
  journal: {
    file: '/x/tracker.events',
    seq: 12,
    hash: 'ab',
    records: 7,
    time_max: '2026-11-21T02:16:00.000Z',
  },
}

test('says what runs, what is wrong, and how far the journal is behind', () => {
  expect(statusText(STATUS)).toBe(
    [
      'degraded, up since 2026-11-21T02:15:37.000Z',
      '  ! the tracker has ended; nothing is journaled',
      'broker    127.0.0.1:9092 (local, pid 12) answers',
      'tracker   not running',
      'producer  pid 14',
      'journal   seq 12, 7 records, last line 2026-11-21T02:16:00.000Z',
      '  orders/0  journaled up to 7, end 9, lag 2',
      '',
    ].join('\n'),
  )
})

test('shows escape sequences that came from a file instead of sending them', () => {
  const text = statusText({ ...STATUS, problems: ['\u001b]0;gotcha\u0007 \u202e'], since: '\u001b[2J' })
  expect(text).not.toMatch(/[\u001b\u0007\u202e]/)
  expect(text).toContain('\\x1b]0;gotcha\\x07')
})
