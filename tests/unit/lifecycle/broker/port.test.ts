import { createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { portHolder, requirePorts } from '../../../../src/lifecycle/broker/port.js'
import { freePortPair } from '../../../support/ports.js'

async function listen(port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return server
}

test('passes where both ports are free', async () => {
  await expect(requirePorts(await freePortPair())).resolves.toBeUndefined()
})

test.each([
  ["the broker's port", 0, '127.0.0.1'],
  ["the controller's port", 1, '127.0.0.1'],
  ['a port taken on all addresses', 0, '0.0.0.0'],
])('%s: names the holder, a free port and KAFKA_BROKERS', async (_, offset, host) => {
  const port = await freePortPair()
  await listen(port + offset, host)
  const refused = await requirePorts(port).catch((error) => error)
  expect(refused).toMatchObject({ code: 'port_taken', exit: 69 })
  expect(refused.message).toContain(`port ${port + offset}`)
  expect(refused.message).toContain(`process ${process.pid} (`)
  expect(refused.message).toContain(`KAFKA_BROKERS=127.0.0.1:${port}`)
  const offered = Number(/ORDERSCOPE_KAFKA_PORT=(\d+)/.exec(refused.message)?.[1])
  expect(offered).toBeGreaterThan(port + 1)
  await expect(requirePorts(offered)).resolves.toBeUndefined()
})

test('knows nobody where nobody listens', async () => {
  expect(portHolder(await freePortPair())).toBeNull()
})
