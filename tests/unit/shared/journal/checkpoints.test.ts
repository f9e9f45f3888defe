/**
 * Goal: the next checkpoint behind any place is found, wherever what is read at once ends.
 * Method: a file with checkpoints far apart and payloads that look like one, asked at places around the edges of what is read.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findCheckpoint, openFile } from '../../../../src/shared/journal/checkpoints.js'
import { tempDir } from '../../../support/temp-dir.js'

const TIME = '"timestamp":"2026-11-21T02:15:37.000Z"'
const MARK = '"event_type":"journal.checkpoint"'

const checkpoint = (seq: number): string => `{${TIME},${MARK},"positions":[],"seq":${seq}}\n`
const other = (seq: number, bytes: number): string =>
  `{${TIME},"event_type":"message.received","order_full":{${TIME},${MARK},"a":"${'x'.repeat(bytes)}"},"seq":${seq}}\n`

/** Bytes at which the windows from a place on end: they grow to 1 MiB. */
const EDGES = [32, 96, 224, 480, 992, 2016, 3040].map((kib) => kib * 1024)

test('the first checkpoint behind any place is found', () => {
  const path = join(tempDir(), 'tracker.events')
  const lines = [checkpoint(1), checkpoint(2)]
  for (const bytes of [10, 5_000, 60_000, 400_000, 3_300_000]) {
    lines.push(other(lines.length + 1, bytes), checkpoint(lines.length + 2))
  }
  lines.push(other(lines.length + 1, 100_000))
  writeFileSync(path, lines.join(''))
  const begins = lines.map((_, index) => lines.slice(0, index).join('').length)
  const places = begins.filter((_, index) => lines[index]?.startsWith(`{${TIME},${MARK}`))
  const file = openFile(path)
  for (const place of places) {
    for (const edge of [0, ...EDGES]) {
      for (let from = Math.max(0, place - edge - 5); from <= place - edge + 80; from += 1) {
        const expected = places.find((each) => each >= from) ?? null
        expect(findCheckpoint(file, from)?.at ?? null, `from ${from}`).toBe(expected)
        expect(findCheckpoint(file, from, place)?.at ?? null, `from ${from} before ${place}`).toBe(
          expected !== null && expected < place ? expected : null,
        )
      }
    }
  }
  file.text.close()
})
