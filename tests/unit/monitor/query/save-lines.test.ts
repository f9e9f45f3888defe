/** Lines of the journal in a file of their own: verbatim, for the owner alone, and never over another file. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Mask } from '../../../../src/monitor/masking/mask.js'
import { saveLines } from '../../../../src/monitor/query/save-lines.js'
import { tempDir } from '../../../support/temp-dir.js'
import { orderPayload, TrackerFiles } from '../../../support/tracker-files.js'

const NOW_MS = Date.parse('2026-11-21T02:20:00.000Z')

/** A journal of two files, and the places of its records. */
function twoFiles() {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const opened = files.opened(NOW_MS)
  const lines = [0, 1, 2].map((n) => files.record(orderPayload(n), { timeMs: NOW_MS }))
  files.writeEvents(opened, ...lines)
  let offset = opened.length
  const places = lines.map((line) => {
    const place = { fileFirstSeq: 1, offset }
    offset += line.length
    return place
  })
  files.rotate(NOW_MS)
  const nextFirstSeq = 5
  const begin = statSync(files.eventsFile).size
  const broken = files.record(Buffer.from('{"name":"Canary"'), { timeMs: NOW_MS })
  files.appendEvents(broken)
  return {
    dir,
    eventsFile: files.eventsFile,
    lines: [...lines, broken],
    places: [...places, { fileFirstSeq: nextFirstSeq, offset: begin }],
  }
}

test('lines of all files, byte for byte and in the order given, for the owner alone', () => {
  const { dir, eventsFile, lines, places } = twoFiles()
  const path = join(dir, 'found.ndjson')
  expect(saveLines({ eventsFile, places, path }, null)).toBe(`saved 4 lines to ${path}`)
  expect(readFileSync(path).equals(Buffer.concat(lines))).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a file that is there is left as it is, and a folder that is not there is named', () => {
  const { dir, eventsFile, places } = twoFiles()
  const path = join(dir, 'mine')
  writeFileSync(path, 'mine')
  expect(saveLines({ eventsFile, places, path }, null)).toContain('exists already')
  expect(readFileSync(path, 'utf8')).toBe('mine')
  expect(saveLines({ eventsFile, places, path: join(dir, 'none', 'x') }, null)).toMatch(
    /cannot write .*ENOENT/,
  )
})

test('lines that are gone are counted', () => {
  const { dir, eventsFile, places } = twoFiles()
  const path = join(dir, 'found')
  const gone = { fileFirstSeq: 99, offset: 0 }
  expect(saveLines({ eventsFile, places: [gone, ...places], path }, null)).toBe(
    `saved 4 lines to ${path}; 1 are no longer in the journal`,
  )
})

test('masked, what is about a person and what could not be read is left out, the figures stay', () => {
  const { dir, eventsFile, places } = twoFiles()
  const path = join(dir, 'masked.ndjson')
  saveLines({ eventsFile, places, path }, new Mask('secret'))
  const text = readFileSync(path, 'utf8')
  expect(text).not.toMatch(/Canary|Rue de la Paix|@/)
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(entries).toHaveLength(4)
  expect(entries[0]).toMatchObject({
    seq: 2,
    kafka_partition: 0,
    order_full: { sequence: 1, currency: 'EUR' },
  })
  expect(entries[3]).toMatchObject({ error: { code: 'not_json' }, order_full: '***' })
})
