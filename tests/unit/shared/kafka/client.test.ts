import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createKafka, type KafkaSettings } from '../../../../src/shared/kafka/client.js'
import { openConnection } from '../../../../src/shared/kafka/connection.js'
import { SuiteError } from '../../../../src/shared/runtime/errors.js'
import { tempDir } from '../../../support/temp-dir.js'

const settings = (changes: Partial<KafkaSettings> = {}): KafkaSettings => ({
  brokers: ['127.0.0.1:9092'],
  clientId: 'orderscope',
  tlsEnabled: false,
  tlsCaFile: null,
  tlsCertFile: null,
  tlsKeyFile: null,
  saslMechanism: null,
  saslUsername: null,
  saslPassword: null,
  ...changes,
})

const SECRET = 'hunter2-secret'
const plain = { saslMechanism: 'plain', saslUsername: 'app', saslPassword: SECRET } as const

function refusal(changes: Partial<KafkaSettings>): SuiteError {
  try {
    createKafka(settings(changes), { service: 'test' })
  } catch (error) {
    return error as SuiteError
  }
  throw new Error('it was accepted')
}

describe('refuses, naming the setting', () => {
  test.for<[string, Partial<KafkaSettings>, RegExp]>([
    [
      'PLAIN in clear to another machine',
      { ...plain, brokers: ['127.0.0.1:9092', 'kafka.example:9092'] },
      /kafka\.example:9092.*KAFKA_TLS_ENABLED/,
    ],
    ['a user without a mechanism', { saslUsername: 'app' }, /KAFKA_SASL_MECHANISM is not/],
    ['a password without a mechanism', { saslPassword: SECRET }, /KAFKA_SASL_MECHANISM is not/],
    ['a mechanism without a password', { ...plain, saslPassword: null }, /KAFKA_SASL_PASSWORD/],
    ['a CA without TLS', { tlsCaFile: '/ca.pem' }, /KAFKA_TLS_CA_FILE.*KAFKA_TLS_ENABLED/],
    ['a certificate without its key', { tlsEnabled: true, tlsCertFile: '/c.pem' }, /KAFKA_TLS_KEY_FILE/],
    [
      'a CA that is not there',
      { tlsEnabled: true, tlsCaFile: '/no/ca.pem' },
      /KAFKA_TLS_CA_FILE=\/no\/ca\.pem.*ENOENT/,
    ],
  ])('%s', ([, changes, message]) => {
    const error = refusal(changes)
    expect(error).toBeInstanceOf(SuiteError)
    expect({ code: error.code, exit: error.exit }).toEqual({ code: 'configuration', exit: 78 })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain(SECRET)
  })
})

test.for<[string, Partial<KafkaSettings>]>([
  [
    'PLAIN in clear to this machine',
    { ...plain, brokers: ['localhost:9092', '127.0.0.1:9093', '[::1]:9094'] },
  ],
  ['SCRAM without TLS', { ...plain, saslMechanism: 'scram-sha-512', brokers: ['kafka.example:9092'] }],
  ['PLAIN over TLS', { ...plain, tlsEnabled: true, brokers: ['kafka.example:9092'] }],
])('takes %s', ([, changes]) => {
  expect(createKafka(settings(changes), { service: 'test' }).brokers).toEqual(changes.brokers)
})

/** A port that takes connections and never answers a request; `greeting` is sent at the first byte of one. */
async function silentPort(
  host: string,
  greeting?: string | Buffer,
): Promise<{ port: number; sockets: Set<Socket>; firstBytes: Promise<Buffer> }> {
  const sockets = new Set<Socket>()
  let heard: (bytes: Buffer) => void = () => {}
  const firstBytes = new Promise<Buffer>((resolve) => {
    heard = resolve
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      heard(bytes)
      if (greeting) socket.write(greeting)
    })
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets, firstBytes }
}

test('a dead port is one clear error, 69, within its time', async () => {
  const started = performance.now()
  const client = createKafka(settings({ brokers: ['127.0.0.1:1'] }), { service: 'test' })
  const error = await openConnection(client, { deadlineMs: 500 }).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'broker_unavailable', exit: 69 })
  expect((error as Error).message).toMatch(/127\.0\.0\.1:1 .*ECONNREFUSED.*orderscope up.*KAFKA_BROKERS/)
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a port that never answers is given up after its time, and abandoning frees its sockets', async () => {
  const { port, sockets } = await silentPort('127.0.0.1')
  const client = createKafka(settings({ brokers: [`127.0.0.1:${port}`] }), { service: 'test' })
  await expect(openConnection(client, { deadlineMs: 300 })).rejects.toMatchObject({
    code: 'broker_unavailable',
  })
  client.abandon()
  await expect.poll(() => sockets.size).toBe(0)
})

test('the client id names the service', async () => {
  const { port, firstBytes } = await silentPort('127.0.0.1')
  const client = createKafka(settings({ brokers: [`127.0.0.1:${port}`] }), { service: 'tracker' })
  const attempt = openConnection(client, { deadlineMs: 100 }).catch(() => {})
  expect((await firstBytes).includes('orderscope-tracker')).toBe(true)
  client.abandon()
  await attempt
})

test('reaches a broker by its IPv6 address', async () => {
  const { port, firstBytes } = await silentPort('::1')
  const client = createKafka(settings({ brokers: [`[::1]:${port}`] }), { service: 'test' })
  const attempt = openConnection(client, { deadlineMs: 100 }).catch(() => {})
  expect((await firstBytes).length).toBeGreaterThan(0)
  client.abandon()
  await attempt
})

test('an answer that can be none breaks the connection, and what is there is told', async () => {
  const { port, sockets } = await silentPort('127.0.0.1', Buffer.from([0xff, 0xff, 0xff, 0xfe, 0]))
  const client = createKafka(settings({ brokers: [`127.0.0.1:${port}`] }), { service: 'test' })
  await expect(openConnection(client, { deadlineMs: 2_000 })).rejects.toMatchObject({
    code: 'broker_unavailable',
    message: expect.stringContaining('an answer is told to be -2 bytes long'),
  })
  client.abandon()
  await expect.poll(() => sockets.size).toBe(0)
})

test('a key file that holds none is refused before a socket opens', () => {
  const folder = tempDir()
  const [tlsCertFile, tlsKeyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(tlsCertFile, 'not a certificate')
  writeFileSync(tlsKeyFile, 'not a key')
  expect(refusal({ tlsEnabled: true, tlsCertFile, tlsKeyFile })).toMatchObject({
    code: 'configuration',
    exit: 78,
    message: expect.stringContaining('KAFKA_TLS_CERT_FILE'),
  })
})

test('TLS to a port that speaks something else is a matter of configuration', async () => {
  const { port } = await silentPort('127.0.0.1', 'HTTP/1.1 400 Bad Request\r\n\r\n')
  const client = createKafka(settings({ brokers: [`127.0.0.1:${port}`], tlsEnabled: true }), {
    service: 'test',
  })
  await expect(openConnection(client, { deadlineMs: 2_000 })).rejects.toMatchObject({
    code: 'tls_failed',
    exit: 78,
    message: expect.stringMatching(/KAFKA_TLS_CA_FILE.*speaks TLS/),
  })
  client.abandon()
})
