/** docker-compose.yaml and Dockerfile, read as their tools would read them; no Docker engine is needed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { projectFolder } from '../../src/lifecycle/folders.js'

interface Service {
  image: string
  user?: string
  build?: string
  profiles?: string[]
  command?: string[]
  environment: Record<string, string | number>
  volumes: string[]
  ports?: string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  stop_grace_period?: string
}

const compose = parse(readFileSync(join(projectFolder, 'docker-compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<'kafka' | 'tracker' | 'producer', Service>
  volumes: Record<string, unknown>
}
const { kafka, tracker, producer } = compose.services
const dockerfile = readFileSync(join(projectFolder, 'Dockerfile'), 'utf8')

/** `NAME://host:port,...` by name. */
const listeners = (text: unknown): Record<string, string> =>
  Object.fromEntries(
    String(text)
      .split(',')
      .map((listener) => listener.split('://') as [string, string]),
  )

test('the broker is the pinned Kafka in KRaft mode', () => {
  const pom = readFileSync(join(projectFolder, 'broker/pom.xml'), 'utf8')
  const version = /<kafka.version>(.*)<\/kafka.version>/.exec(pom)?.[1]
  expect(version).toBe('4.3.1')
  expect(kafka.image).toBe(`apache/kafka:${version}`)
  expect(kafka.environment['KAFKA_PROCESS_ROLES']).toBe('broker,controller')
})

// Fault 3 of the old system: the volume was mounted where the broker did not write.
test('the volume is mounted exactly where the broker writes', () => {
  const [mount, ...more] = kafka.volumes
  expect(more).toEqual([])
  const [volume, folder] = mount!.split(':')
  expect(folder).toBe('/var/lib/kafka/data')
  expect(kafka.environment['KAFKA_LOG_DIRS']).toBe(folder)
  expect(Object.keys(compose.volumes)).toContain(volume)
})

// Fault 4 of the old system: one advertised listener, so that either the host or the containers could not connect.
test('programs on the host and services in containers each have a listener that they can reach', () => {
  const port = `\${ORDERSCOPE_KAFKA_PORT:-9092}`
  const bound = listeners(kafka.environment['KAFKA_LISTENERS'])
  const advertised = listeners(kafka.environment['KAFKA_ADVERTISED_LISTENERS'])
  expect(advertised).toEqual({ HOST: `127.0.0.1:${port}`, CONTAINERS: 'kafka:19092' })
  expect(kafka.ports).toEqual([`127.0.0.1:${port}:${bound['HOST']?.split(':').at(-1)}`])
  expect(bound['CONTAINERS']).toBe('0.0.0.0:19092')
  for (const service of [tracker, producer]) {
    expect(service.environment['KAFKA_BROKERS']).toBe(advertised['CONTAINERS'])
  }
})

test('a single node can hold its own topics, and a group begins at once', () => {
  expect(kafka.environment).toMatchObject({
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: 1,
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: 1,
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: 1,
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: 0,
  })
})

test('the health check asks the broker itself', () => {
  const [, program, ...args] = kafka.healthcheck!.test
  expect(program).toMatch(/kafka-(broker-api-versions|topics)\.sh$/)
  const bound = listeners(kafka.environment['KAFKA_LISTENERS'])
  const ports = Object.values(bound).map((address) => address.split(':').at(-1))
  expect(ports).toContain(args.at(-1)?.split(':').at(-1))
})

test.each([
  ['tracker', tracker],
  ['producer', producer],
])(
  'the %s starts only with the profile, once the broker is healthy, as the user of the host',
  (name, service) => {
    expect(service.profiles).toEqual(['full'])
    expect(service.command).toEqual([name])
    expect(service.depends_on?.['kafka']).toEqual({ condition: 'service_healthy' })
    expect(service.user).toBe(`\${UID:-1000}:\${GID:-1000}`)
    expect(service.volumes).toEqual([`\${ORDERSCOPE_DIR:-.}:${service.environment['ORDERSCOPE_DIR']}`])
    expect(Number.parseInt(service.stop_grace_period ?? '0', 10)).toBeGreaterThan(10)
  },
)

test('the image runs the built program as a user without rights', () => {
  const stages = dockerfile.split(/^FROM /m).slice(1)
  const last = stages.at(-1)!
  expect(stages.every((stage) => /^node:24-slim\b/.test(stage))).toBe(true)
  expect(last).toMatch(/^USER (?!root$|0$)\w+$/m)
  expect(last).toMatch(/^ENTRYPOINT \["node", "\/app\/dist\/cli\.js"\]$/m)
  // Compiler and tests stay behind in the first stage.
  expect(last).toContain('--from=dependencies /app/node_modules')
  expect(stages[1]).toContain('--omit=dev')
})

test('every file that the image copies is in what is sent to be built', () => {
  const sent = readFileSync(join(projectFolder, '.dockerignore'), 'utf8').trim().split('\n')
  expect(sent[0]).toBe('*')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
    files!.split(' '),
  )
  expect(copied.length).toBeGreaterThan(0)
  for (const file of copied) expect(sent).toContain(`!${file.replace('./', '')}`)
})
