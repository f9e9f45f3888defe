/**
 * Appends the bytes of one file to another as a busy and untidy writer would: `node append-in-bursts.mjs SOURCE
 * TARGET CHUNK_BYTES PAUSE_MS`. Chunks end anywhere, mostly inside a line.
 */
import { openSync, readFileSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const [source, target, chunkBytes, pauseMs] = process.argv.slice(2)
const bytes = readFileSync(source)
const fd = openSync(target, 'a')
let turn = 0
for (let at = 0; at < bytes.length; ) {
  turn += 1
  // Now and then a single byte, so that a line end stands alone.
  const length = turn % 7 === 0 ? 1 : Math.ceil((Number(chunkBytes) * (1 + (turn % 5))) / 3)
  at += writeSync(fd, bytes, at, Math.min(length, bytes.length - at))
  if (turn % 4 === 0) await delay(Number(pauseMs))
}
