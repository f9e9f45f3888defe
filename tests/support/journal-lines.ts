/** Lines of many kinds as the journal writes them, and lines that somebody changed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf } from '../../src/shared/journal/line.js'
import type { Below } from './journal-mutants.js'
import { openJournal, record, records } from './journal-records.js'
import { order } from './order-builder.js'
import { tempDir } from './temp-dir.js'

/** The end of a line, with as many bytes before it as a change may take away. */
const HASH_BYTES = 78

/** Lines without their LF: records accepted and rejected, with all that a payload may hold, and the journal's own. */
export async function realLines(): Promise<Buffer[]> {
  const eventsFile = join(tempDir(), 'tracker.events')
  const writer = await openJournal(eventsFile)
  await writer.enterCluster('A', [])
  const valid = JSON.stringify(order(1))
  const TYPE = '"event_type":"order.created"'
  const withType = (type: string): string => valid.replace(TYPE, type)
  const values = [
    valid,
    withType(`"event_type":"a",${TYPE}`),
    withType(`"event_\\u0074ype":"a",${TYPE}`),
    withType(`${TYPE},"event_\\u0074ype":"order.paid"`),
    withType('"event_type":"\\u0061"'),
    withType('"event_type":"\u00e9"'),
    valid.replace('"metadata":', '"metadata":[1,{"event_type":"x"}],"metadata":'),
    valid.replace(
      '{',
      '{"m\\u0065tadata":{"event_type":"x"},"\u2028":"\\ud83d", "n" : [1e5,-0.5,true,null] ,',
    ),
    'no JSON',
    null,
    '[1]',
  ]
  await writer.append(values.map((value, offset) => record(offset, { value })))
  await writer.append([
    record(20, { key: null, headers: [] }),
    record(21, { key: Buffer.from([0xff]), headers: [['a', null]] }),
    record(22, { key: Buffer.from('"\\\u00e9'), timestampMs: '-1', headers: [['a', Buffer.from([0xff])]] }),
    ...records(23, 25),
  ])
  await writer.close()
  return [...linesOf(readFileSync(eventsFile))].map((line) => Buffer.from(line))
}

const ADDED = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', '0', '9', 'e', '-', ' ', 'null', ',"seq":1', '\u00e9'],
  ...[',"order_full":{}', '"metadata":{"event_type":"z"},', ',"a":1', '\\u0061', '\t', '\0'],
]

/** Lines with one change each, in front of the hash. */
export function* changedLines(line: Buffer, count: number, below: Below): Generator<Buffer> {
  for (let change = 0; change < count; change += 1) {
    const at = below(line.length - HASH_BYTES)
    const added = Buffer.from(ADDED[below(ADDED.length)] ?? '')
    yield Buffer.concat([line.subarray(0, at), added, line.subarray(at + below(3))])
  }
}
