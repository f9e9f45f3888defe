/**
 * Builds the one kafkajs client of a process from the settings: brokers, TLS, SASL, time limits, sockets, log.
 *
 * Checks what can be checked before a socket opens, and turns what kafkajs throws into one line for a person.
 * It never holds a secret longer than kafkajs does and never puts one into a message.
 */
import { readFileSync } from 'node:fs'
import { isIP, type Socket, connect as tcpConnect } from 'node:net'
import { type ConnectionOptions, createSecureContext, connect as tlsConnect } from 'node:tls'
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs'
import type { Settings } from '../runtime/config/load.js'
import { ExitCode, errorText, SuiteError } from '../runtime/errors.js'
import type { Logger } from '../runtime/logger.js'
import { readAnswers } from './answer-reader.js'
import { CLIENT_CLOSED } from './failure.js'
import { repairKafkajs } from './internals.js'
import { endFetches } from './internals-fetch.js'
import { bridgeLog } from './log-bridge.js'

/** kafkajs retries a little and soon; who calls it decides whether to go on. About 0.7 s in all. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 }
const CONNECTION_TIMEOUT_MS = 2_000
const REQUEST_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 60_000

export type KafkaSettings = Pick<
  Settings,
  | 'brokers'
  | 'clientId'
  | 'tlsEnabled'
  | 'tlsCaFile'
  | 'tlsCertFile'
  | 'tlsKeyFile'
  | 'saslMechanism'
  | 'saslUsername'
  | 'saslPassword'
>

export interface KafkaClient {
  kafka: Kafka
  /** Bootstrap brokers as configured. */
  brokers: string[]
  /** Has the fetches that wait for records come back with nothing, for who is about to stop. */
  endFetches(): void
  /**
   * Breaks every connection and opens none again; for leaving when a broker does not answer a `disconnect`.
   *
   * Without it the retries and time limits of kafkajs keep the process alive for seconds.
   */
  abandon(): void
}

export interface KafkaClientOptions {
  /** Stands in the client id beside the configured one, for example `tracker`. */
  service: string
  /** Takes kafkajs' own lines; without it they go nowhere. */
  log?: Logger | undefined
  /** Called at every connection that is made, for who must look anew at what it knew of the broker. */
  onConnection?: (() => void) | undefined
}

/**
 * Builds a client; opens no connection.
 * @throws {SuiteError} `configuration` for TLS or SASL settings that cannot be meant, naming them.
 */
export function createKafka(
  settings: KafkaSettings,
  { service, log, onConnection }: KafkaClientOptions,
): KafkaClient {
  repairKafkajs()
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1'
  const sockets = new Set<Socket>()
  let abandoned = false
  const ssl = tlsOptions(settings)
  const sasl = saslOptions(settings)
  const socketFactory = (options: SocketOptions): Socket => {
    if (abandoned) throw new Error(CLIENT_CLOSED)
    const socket = openSocket(options)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    onConnection?.()
    return socket
  }
  const config: KafkaConfig = {
    brokers: settings.brokers.map(withoutInnerColons),
    clientId: `${settings.clientId}-${service}`,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: bridgeLog(log),
    ...(ssl ? { ssl } : {}),
    ...(sasl ? { sasl } : {}),
    socketFactory,
  }
  return {
    kafka: new kafkajs.Kafka(config),
    brokers: settings.brokers,
    endFetches: () => endFetches(socketFactory),
    abandon: () => {
      abandoned = true
      for (const socket of sockets) socket.destroy(new Error(CLIENT_CLOSED))
    },
  }
}

interface SocketOptions {
  host: string
  port: number
  ssl: ConnectionOptions
  onConnect: () => void
}

/** As kafkajs' own, but without Nagle's delay and for IPv6 addresses too. */
function openSocket({ host: given, port, ssl, onConnect }: SocketOptions): Socket {
  const host = withInnerColons(given)
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const socket: Socket = ssl
    ? tlsConnect({ host, port, ...servername, ...ssl }, onConnect)
    : tcpConnect({ host, port, onread: readAnswers(() => socket) }, onConnect)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  return socket
}

/** kafkajs splits `host:port` at the first colon, so `[::1]:9092` travels through it as `[__1]:9092`. */
const withoutInnerColons = (broker: string): string =>
  broker.replace(/^\[(.+)\]/, (_, address: string) => `[${address.replaceAll(':', '_')}]`)

const withInnerColons = (host: string): string =>
  host.startsWith('[') ? host.slice(1, -1).replaceAll('_', ':') : host

const refuse = (message: string): never => {
  throw new SuiteError('configuration', message, { exit: ExitCode.configuration })
}

function tlsOptions(settings: KafkaSettings): ConnectionOptions | null {
  const files = {
    KAFKA_TLS_CA_FILE: settings.tlsCaFile,
    KAFKA_TLS_CERT_FILE: settings.tlsCertFile,
    KAFKA_TLS_KEY_FILE: settings.tlsKeyFile,
  }
  if (!settings.tlsEnabled) {
    for (const [name, path] of Object.entries(files)) {
      if (path !== null) refuse(`${name} is set but KAFKA_TLS_ENABLED is not true; set it, or drop ${name}`)
    }
    return null
  }
  if ((settings.tlsCertFile === null) !== (settings.tlsKeyFile === null)) {
    refuse('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE belong together; set both or none')
  }
  const read = (name: keyof typeof files): string | undefined => {
    const path = files[name]
    if (path === null) return undefined
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      return refuse(`${name}=${path}: ${errorText(error)}`)
    }
  }
  const ca = read('KAFKA_TLS_CA_FILE')
  const cert = read('KAFKA_TLS_CERT_FILE')
  const key = read('KAFKA_TLS_KEY_FILE')
  const options = { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
  try {
    createSecureContext(options)
  } catch (error) {
    refuse(
      `a file of KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE or KAFKA_TLS_KEY_FILE is not usable: ${errorText(error)}`,
    )
  }
  return options
}

function saslOptions(settings: KafkaSettings): SASLOptions | null {
  const { saslMechanism: mechanism, saslUsername: username, saslPassword: password } = settings
  if (mechanism === null) {
    if (username !== null || password !== null) {
      refuse(
        'KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is set but KAFKA_SASL_MECHANISM is not; set it to plain, scram-sha-256 or scram-sha-512',
      )
    }
    return null
  }
  if (username === null || password === null) {
    return refuse(
      `KAFKA_SASL_MECHANISM is ${mechanism}; it needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or KAFKA_SASL_PASSWORD_FILE)`,
    )
  }
  const exposed = settings.tlsEnabled ? undefined : settings.brokers.find((broker) => !isLoopback(broker))
  if (mechanism === 'plain' && exposed !== undefined) {
    refuse(
      `KAFKA_SASL_MECHANISM plain would send the password in clear to ${exposed}; set KAFKA_TLS_ENABLED=true, or use scram-sha-512`,
    )
  }
  return { mechanism, username, password } as SASLOptions
}

/** True where `broker` (host:port) cannot be another machine. */
function isLoopback(broker: string): boolean {
  const host = broker.slice(0, broker.lastIndexOf(':')).replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
