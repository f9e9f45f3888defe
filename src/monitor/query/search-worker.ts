/** The worker thread's entry: waits for what to search for, and tells what is found, until it is done or ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import type { SearchAnswer, SearchedFiles, SearchOrder } from './search-client.js'
import { searchWhole } from './whole-search.js'

const { mask: secret, ...place } = workerData as SearchedFiles
const mask = secret === null ? null : new Mask(secret)

const tell = ({ rows, ...answer }: SearchAnswer): void =>
  parentPort?.postMessage({ rows: mask ? rows.map((row) => mask.row(row)) : rows, ...answer })

parentPort?.once('message', (order: SearchOrder) => searchWhole(place, order, tell))
