/** Speaks to kafkajs over loopback as a broker would, as far as a test needs. */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A listener that hands every socket to `serve`; closed when the test is over. */
export async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Answers `content` to the request with this correlation id: length, id, content. */
export function answer(correlationId: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + bytes.length, 0)
  head.writeInt32BE(correlationId, 4)
  return Buffer.concat([head, bytes])
}

/** Of a whole request, which begins with its length and its number and version. */
export const correlationIdOf = (request: Buffer): number => request.readInt32BE(8)
