/**
 * A real broker that wants TLS and a login: certificates by keytool, users by SCRAM and PLAIN, one listener for each
 * way in which a client may get it wrong.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { ensureJars } from '../../src/lifecycle/broker/jars.js'
import { findJava } from '../../src/lifecycle/broker/java.js'
import { signalStarted, startDetached, waitForEnd } from '../../src/lifecycle/detached.js'
import { lastLines } from '../../src/lifecycle/last-lines.js'
import { eventually } from './eventually.js'
import { answersMetadata } from './kafka-probe.js'
import { freePortPairs } from './ports.js'

export interface SecureBroker {
  /** No TLS, no login; for the test's own hands. */
  plaintext: string
  /** SASL_SSL with PLAIN and SCRAM-SHA-512. */
  secure: string
  /** SSL with a certificate that ran out long ago. */
  expired: string
  /** SSL with a certificate for another host. */
  otherHost: string
  /** PEM file of each listener's certificate, which is its own authority. */
  ca: { secure: string; expired: string; otherHost: string }
}

export const USER = 'tracker'
const STORE_PASSWORD = 'of-a-test'

/** Starts the broker; ended and deleted when the test is over. `password` is that of {@link USER}. */
export async function secureBroker(password: string): Promise<SecureBroker> {
  const java = await findJava()
  if ('missing' in java) throw new Error(`tests need Java: ${java.missing}`)
  const classPath = await ensureJars({ kafkaHome: process.env['KAFKA_HOME'] ?? null })
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'orderscope-secure-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const keytool = join(dirname(java.command), 'keytool')
  const [secureCa, expiredCa, otherHostCa] = await Promise.all([
    certificate({ keytool, folder, name: 'secure', args: [] }),
    certificate({ keytool, folder, name: 'expired', args: ['-startdate', '-3y', '-validity', '365'] }),
    certificate({ keytool, folder, name: 'otherhost', args: [], host: 'dns:kafka.example.com' }),
  ])
  const [first, second, third] = (await freePortPairs(3)) as [number, number, number]
  const ports = {
    plaintext: first,
    controller: first + 1,
    secure: second,
    expired: second + 1,
    otherHost: third,
  }
  const config = join(folder, 'server.properties')
  writeFileSync(config, properties(folder, ports, password))
  const run = ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classPath]
  const scram = `SCRAM-SHA-512=[name=${USER},password=${password}]`
  const format = [
    'format',
    '--cluster-id',
    'c2VjdXJlLWNsdXN0ZXItMQ',
    '--config',
    config,
    '--add-scram',
    scram,
  ]
  await execa(java.command, [...run, 'kafka.tools.StorageTool', ...format])
  const broker = await startDetached({
    command: java.command,
    args: [...run, 'kafka.Kafka', config],
    output: join(folder, 'kafka.log'),
    cwd: folder,
  })
  onTestFinished(async () => {
    signalStarted(broker, 'SIGKILL')
    await waitForEnd(broker, 10_000)
  })
  const at = (port: number): string => `127.0.0.1:${port}`
  await eventually(() => answersMetadata(at(ports.plaintext)), {
    deadlineMs: 60_000,
    message: () => `the secure broker answers\n${lastLines(join(folder, 'kafka.log'), 5)}`,
  })
  return {
    plaintext: at(ports.plaintext),
    secure: at(ports.secure),
    expired: at(ports.expired),
    otherHost: at(ports.otherHost),
    ca: { secure: secureCa, expired: expiredCa, otherHost: otherHostCa },
  }
}

interface CertificateOptions {
  keytool: string
  folder: string
  name: string
  args: string[]
  host?: string
}

/** A self-signed key in `folder`/`name`.p12; returns the PEM file of its certificate. */
async function certificate({ keytool, folder, name, args, host }: CertificateOptions): Promise<string> {
  const store = ['-keystore', join(folder, `${name}.p12`), '-storepass', STORE_PASSWORD, '-alias', name]
  const names = `san=${host ?? 'dns:localhost,ip:127.0.0.1'}`
  const key = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-dname', `CN=${name}`, '-ext', names]
  await execa(keytool, ['-genkeypair', ...store, ...key, ...args])
  const pem = join(folder, `${name}.pem`)
  await execa(keytool, ['-exportcert', '-rfc', ...store, '-file', pem])
  return pem
}

type Ports = Record<'plaintext' | 'controller' | 'secure' | 'expired' | 'otherHost', number>

function properties(folder: string, ports: Ports, password: string): string {
  const listeners = {
    PLAINTEXT: ports.plaintext,
    SECURE: ports.secure,
    EXPIRED: ports.expired,
    OTHERHOST: ports.otherHost,
  }
  const list = Object.entries(listeners)
    .map(([name, port]) => `${name}://127.0.0.1:${port}`)
    .join(',')
  const login = `username="${USER}" password="${password}"`
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required ${login} user_${USER}="${password}";`
  const stores = ['secure', 'expired', 'otherhost'].flatMap((name) => [
    `listener.name.${name}.ssl.keystore.location=${join(folder, `${name}.p12`)}`,
    `listener.name.${name}.ssl.keystore.password=${STORE_PASSWORD}`,
    `listener.name.${name}.ssl.key.password=${STORE_PASSWORD}`,
  ])
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${ports.controller}`,
    `listeners=${list},CONTROLLER://127.0.0.1:${ports.controller}`,
    `advertised.listeners=${list}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,EXPIRED:SSL,OTHERHOST:SSL',
    'inter.broker.listener.name=PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(folder, 'data')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512',
    `listener.name.secure.plain.sasl.jaas.config=${plain}`,
    'listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'ssl.keystore.type=PKCS12',
    ...stores,
    '',
  ].join('\n')
}
