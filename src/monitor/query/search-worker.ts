/** The worker thread's entry: waits for what to search for, and tells what is found, until it is done or ended. */
import { parentPort, workerData } from 'node:worker_threads'
import { Mask } from '../masking/mask.js'
import type { SearchAnswer, SearchOrder, SearchWork } from './search-client.js'
import { rehearse, searchWhole } from './whole-search.js'

const { mask: secret, isEarly, ...place } = workerData as SearchWork
const mask = secret === null ? null : new Mask(secret)

const tell = ({ rows, ...answer }: SearchAnswer): void =>
  parentPort?.postMessage({ rows: mask ? rows.map((row) => mask.row(row)) : rows, ...answer })

if (isEarly) rehearse(place)
parentPort?.once('message', (order: SearchOrder) => searchWhole(place, order, tell))
