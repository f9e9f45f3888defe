/**
 * A relay between a client and a broker that can lose answers and break connections, as a network does.
 *
 * The broker tells clients its own address in its metadata; the relay puts its own port there, so that they stay
 * with it.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface KafkaProxy {
  /** `127.0.0.1:port`. */
  readonly brokers: string
  /** From now on requests reach the broker and no answer comes back. */
  loseAnswers(): void
  /** Relays both ways again, for new connections. */
  relay(): void
  /** Ends every connection. */
  cut(): void
}

const HOST = '127.0.0.1'

/** Starts a relay to the broker at `target` (`127.0.0.1:port`); gone when the test is over. */
export async function kafkaProxy(target: string): Promise<KafkaProxy> {
  const targetPort = Number(target.split(':')[1])
  const sockets = new Set<Socket>()
  let isLosing = false
  const server = createServer((client) => {
    const broker = connect(targetPort, HOST)
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        broker.destroy()
      })
    }
    client.on('data', (request) => void broker.write(request))
    broker.on('data', (answer) => {
      if (!isLosing) client.write(withPort(answer, targetPort, port))
    })
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    server.close()
    cut()
  })
  return {
    brokers: `${HOST}:${port}`,
    loseAnswers: () => {
      isLosing = true
    },
    relay: () => {
      isLosing = false
    },
    cut,
  }
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
