/** Which broker `up` uses: one that is named, one in Docker, or Kafka's own jars; or why there is none. */
import type { Settings } from '../../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../../shared/runtime/errors.js'
import type { BrokerKind } from '../../shared/runtime/run-state.js'
import { findDocker } from './docker.js'
import { hasMaven, jarsAtHand } from './jars.js'
import { findJava, type Java } from './java.js'

export const BROKER_CHOICES = ['auto', 'external', 'docker', 'local'] as const

export type BrokerChoice = (typeof BROKER_CHOICES)[number]

export type ChosenBroker = { kind: 'external' } | { kind: 'docker' } | { kind: 'local'; java: Java }

/**
 * Decides without starting or fetching anything.
 *
 * @throws {SuiteError} `no_broker` (69) naming each way and what it lacks; `configuration` (78) where brokers were
 * given and another kind is asked for.
 */
export async function chooseBroker(
  choice: BrokerChoice,
  settings: Pick<Settings, 'brokers' | 'brokersGiven' | 'kafkaHome'>,
): Promise<ChosenBroker> {
  if (settings.brokersGiven && (choice === 'docker' || choice === 'local')) {
    throw new SuiteError(
      'configuration',
      `--broker ${choice} would start a broker, and KAFKA_BROKERS names one that runs (${settings.brokers.join(', ')}); ` +
        'keep one of them',
      { exit: ExitCode.configuration },
    )
  }
  if (choice === 'external' || settings.brokersGiven) return { kind: 'external' }
  const missing: Partial<Record<BrokerKind, string>> = {}
  if (choice !== 'local') {
    const docker = await findDocker()
    if ('isHere' in docker) return { kind: 'docker' }
    missing.docker = docker.missing
  }
  if (choice !== 'docker') {
    const local = await findLocal(settings.kafkaHome)
    if ('java' in local) return { kind: 'local', java: local.java }
    missing.local = local.missing
  }
  throw noBroker(missing)
}

async function findLocal(kafkaHome: string | null): Promise<{ java: Java } | { missing: string }> {
  const java = await findJava()
  if ('missing' in java) return java
  const canHaveJars = kafkaHome !== null || jarsAtHand({ kafkaHome }) !== null || (await hasMaven())
  return canHaveJars ? { java } : { missing: "no mvn in PATH to fetch Kafka's jars with, and no KAFKA_HOME" }
}

function noBroker({ docker, local }: Partial<Record<BrokerKind, string>>): SuiteError {
  const found = [
    docker === undefined ? null : `  in Docker: ${docker}`,
    local === undefined ? null : `  from Kafka's jars: ${local}`,
  ].filter((line) => line !== null)
  const ways = [
    'use a broker that runs: KAFKA_BROKERS=host:port',
    'start a Docker engine that answers without sudo, with the compose plugin',
    'install Java 17 or newer and Maven, or Java and an unpacked Kafka 4 named by KAFKA_HOME',
  ]
  return new SuiteError(
    'no_broker',
    `no Kafka broker can be started here:\n${found.join('\n')}\nOne of these is needed:\n` +
      ways.map((way) => `  - ${way}`).join('\n'),
    { exit: ExitCode.unavailable, context: { docker, local } },
  )
}
