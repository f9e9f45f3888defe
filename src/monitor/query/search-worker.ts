/** The worker thread's entry: one search, told window by window, until it is done or ended. */
import { statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { journalFiles } from '../../shared/journal/names.js'
import { Mask } from '../masking/mask.js'
import { firstSeqOf, openPart } from '../tail/part-file.js'
import { JournalSearch, type SearchFile } from './journal-search.js'
import type { SearchAnswer, SearchOrder } from './search-client.js'
import { wantedOf } from './wanted.js'

const { eventsFile, text, kind, mask: secret } = workerData as SearchOrder
const mask = secret === null ? null : new Mask(secret)

function searchFile(path: string): SearchFile[] {
  const part = openPart(path)
  try {
    const firstSeq = firstSeqOf(part)
    return firstSeq === null ? [] : [{ path, firstSeq }]
  } finally {
    part.close()
  }
}

const tell = (answer: SearchAnswer): void => parentPort?.postMessage(answer)

const paths = journalFiles(eventsFile).reverse()
const totalBytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
const search = new JournalSearch(wantedOf(text, kind), paths.flatMap(searchFile), totalBytes)
for (let rows = search.step(); rows !== null; rows = search.step()) {
  tell({ rows: mask ? rows.map((row) => mask.row(row)) : rows, progress: search.progress, isDone: false })
}
tell({ rows: [], progress: 1, isDone: true })
