/**
 * A relay between a client and a broker that loses, delays and cuts up answers and breaks connections, as a network does.
 *
 * It takes both streams apart into whole requests and answers, so that it knows which answer is to which request.
 * The broker tells clients its own address in its metadata; the relay puts its own port there, so that they stay
 * with it.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Kafka's numbers of requests. */
export const FETCH = 1

export interface KafkaProxy {
  /** `127.0.0.1:port`. */
  readonly brokers: string
  /** Connections of clients: how many there were, and how many there are. */
  readonly connections: { made: number; open: number }
  /** From now on requests reach the broker and no answer comes back; with `api` none to that kind of request. */
  loseAnswers(api?: number): void
  /** From now on nothing flows, on connections there are and on new ones, and nobody is told. */
  halfOpen(): void
  /** Answers come this much later. */
  delayAnswers(delayMs: number): void
  /** The first bytes of every answer come one by one. */
  dribbleAnswers(): void
  /** One byte of every long answer to a request of kind `api` is another one, each time another. */
  changeAnswers(api: number): void
  /** The next answer to a request of kind `api` ends in its middle, with a reset of the connection. */
  resetInAnswer(api: number): void
  /** Relays both ways again; a connection that was half open stays so. */
  relay(): void
  /** Ends every connection. */
  cut(): void
}

interface Answer {
  api: number | undefined
  bytes: Buffer
}

/** What becomes of an answer on its way to the client. */
type Passage = (client: Socket, answer: Answer) => void

const HOST = '127.0.0.1'
const DRIBBLED_BYTES = 64
/** Shorter ones hold no records. */
const LONG_BYTES = 300

const pass: Passage = (client, { bytes }) => void client.write(bytes)

/** What the relay does at present. */
interface Network {
  passage: Passage
  isHalfOpen: boolean
  readonly sockets: Set<Socket>
  made: number
  /** Clients whose connections carry nothing any more. */
  readonly dead: WeakSet<Socket>
}

/** Starts a relay to the broker at `target` (`127.0.0.1:port`); gone when the test is over. */
export async function kafkaProxy(target: string): Promise<KafkaProxy> {
  const targetPort = Number(target.split(':')[1])
  const network: Network = {
    passage: pass,
    isHalfOpen: false,
    sockets: new Set(),
    made: 0,
    dead: new WeakSet(),
  }
  const server = createServer((client) => {
    const broker = connect(targetPort, HOST)
    network.made += 1
    joinSockets(client, broker, network)
    relayFrames(client, broker, { network, rewrite: (answer) => withPort(answer, targetPort, port) })
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const controls = controlsOf(network)
  onTestFinished(() => {
    server.close()
    controls.cut()
  })
  return {
    brokers: `${HOST}:${port}`,
    // Both ends of each are kept.
    get connections() {
      return { made: network.made, open: network.sockets.size / 2 }
    },
    ...controls,
  }
}

/** Where one of the two ends, so does the other. */
function joinSockets(client: Socket, broker: Socket, { sockets }: Network): void {
  for (const socket of [client, broker]) {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      client.destroy()
      broker.destroy()
    })
  }
}

function relayFrames(
  client: Socket,
  broker: Socket,
  { network, rewrite }: { network: Network; rewrite: (answer: Buffer) => Buffer },
): void {
  if (network.isHalfOpen) network.dead.add(client)
  const apis = new Map<number, number>()
  onFrames(client, (request) => {
    if (network.dead.has(client)) return
    apis.set(request.readInt32BE(8), request.readInt16BE(4))
    broker.write(request)
  })
  onFrames(broker, (answer) => {
    if (network.dead.has(client)) return
    const correlationId = answer.readInt32BE(4)
    network.passage(client, { api: apis.get(correlationId), bytes: rewrite(answer) })
    apis.delete(correlationId)
  })
}

const controlsOf = (network: Network): Omit<KafkaProxy, 'brokers' | 'connections'> => ({
  loseAnswers: (api) => {
    network.passage = (client, answer) => api === undefined || answer.api === api || pass(client, answer)
  },
  halfOpen: () => {
    network.isHalfOpen = true
    for (const socket of network.sockets) network.dead.add(socket)
  },
  delayAnswers: (delayMs) => {
    network.passage = (client, answer) => void setTimeout(() => pass(client, answer), delayMs)
  },
  dribbleAnswers: () => {
    network.passage = dribble
  },
  changeAnswers: (api) => {
    let count = 0
    network.passage = (client, answer) => {
      if (answer.api !== api || answer.bytes.length < LONG_BYTES) return pass(client, answer)
      count += 1
      const bytes = Buffer.from(answer.bytes)
      // Near the end it is one of a record's.
      bytes[bytes.length - 1 - (count % DRIBBLED_BYTES)]! ^= count % 255 || 1
      pass(client, { ...answer, bytes })
    }
  },
  resetInAnswer: (api) => {
    network.passage = (client, answer) => {
      if (answer.api !== api) return pass(client, answer)
      network.passage = pass
      const half = answer.bytes.subarray(0, answer.bytes.length / 2)
      client.write(half, () => client.resetAndDestroy())
    }
  },
  relay: () => {
    network.isHalfOpen = false
    network.passage = pass
  },
  cut: () => {
    for (const socket of network.sockets) socket.destroy()
  },
})

const dribble: Passage = (client, { bytes }) => {
  for (const byte of bytes.subarray(0, DRIBBLED_BYTES)) client.write(Buffer.of(byte))
  client.write(bytes.subarray(DRIBBLED_BYTES))
}

/** Calls `take` for every request or answer, which is an int32 and as many bytes. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  let waiting: Buffer[] = []
  let waitingBytes = 0
  socket.on('data', (chunk) => {
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (rest.length >= 4 && rest.length + waitingBytes < 4 + rest.readInt32BE(0)) return
    rest = Buffer.concat([rest, ...waiting])
    waiting = []
    waitingBytes = 0
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      take(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
  })
}

/** Metadata holds the address as a string with its length in front, then the port as an int32. */
function withPort(answer: Buffer, from: number, to: number): Buffer {
  const address = (port: number): Buffer => {
    const bytes = Buffer.alloc(2 + HOST.length + 4)
    bytes.writeInt16BE(HOST.length, 0)
    bytes.write(HOST, 2)
    bytes.writeInt32BE(port, 2 + HOST.length)
    return bytes
  }
  const wanted = address(from)
  const copy = Buffer.from(answer)
  for (let at = copy.indexOf(wanted); at !== -1; at = copy.indexOf(wanted, at + 1)) address(to).copy(copy, at)
  return copy
}
