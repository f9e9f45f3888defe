/** Free ports on loopback, away from those the system gives to outgoing connections. */
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

const LOWEST = 20_000
const HIGHEST = 32_000

/** A port P such that P and P+1 are free now: a broker and its controller. */
export async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
  throw new Error(`no two free ports in a row between ${LOWEST} and ${HIGHEST}`)
}

/** As many of them, none of which touches another. */
export async function freePortPairs(count: number): Promise<number[]> {
  const pairs: number[] = []
  while (pairs.length < count) {
    const pair = await freePortPair()
    if (pairs.every((other) => Math.abs(pair - other) > 1)) pairs.push(pair)
  }
  return pairs
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}
