/**
 * Row 30. Goal: wrong credentials or TLS give one clear line that names the setting, and no secret shows anywhere.
 * Method: a broker with SASL_SSL, and with certificates that ran out or are another host's; each command is run with
 * each mistake, and with a canary for a password.
 * Expected: exit 78 for what a setting mends, 69 where nobody that speaks so is there; one line, no stack; the canary
 * is in no output, no file below ORDERSCOPE_DIR and no process's arguments. With the right settings: 0 lost, 0 twice.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CliResult, runCli } from '../support/cli.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { type SecureBroker, secureBroker, USER } from '../support/secure-broker.js'
import { runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

const CANARY = 'c4n4ry-0f-4-p4ssw0rd'

type Env = Record<string, string>

const credentials = (password: string, mechanism = 'plain'): Env => ({
  KAFKA_SASL_MECHANISM: mechanism,
  KAFKA_SASL_USERNAME: USER,
  KAFKA_SASL_PASSWORD: password,
})

const tls = (ca: string | null): Env => ({
  KAFKA_TLS_ENABLED: 'true',
  ...(ca === null ? {} : { KAFKA_TLS_CA_FILE: ca }),
})

interface Mistake {
  what: string
  env(broker: SecureBroker): Env
  exit: number
  says: RegExp
}

const MISTAKES: Mistake[] = [
  {
    what: 'a wrong password',
    env: ({ secure, ca }) => ({
      KAFKA_BROKERS: secure,
      ...tls(ca.secure),
      ...credentials(`${CANARY}-wrong`),
    }),
    exit: 78,
    says: /refuses the credentials .*KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD/,
  },
  {
    what: 'a wrong password for SCRAM',
    env: ({ secure, ca }) => ({
      KAFKA_BROKERS: secure,
      ...tls(ca.secure),
      ...credentials(`${CANARY}-wrong`, 'scram-sha-512'),
    }),
    exit: 78,
    says: /refuses the credentials .*KAFKA_SASL_PASSWORD/,
  },
  {
    what: 'a mechanism that the broker does not have',
    env: ({ secure, ca }) => ({
      KAFKA_BROKERS: secure,
      ...tls(ca.secure),
      ...credentials(CANARY, 'scram-sha-256'),
    }),
    exit: 78,
    says: /KAFKA_SASL_MECHANISM/,
  },
  {
    what: 'an authority that is not known',
    env: ({ secure }) => ({ KAFKA_BROKERS: secure, ...tls(null), ...credentials(CANARY) }),
    exit: 78,
    says: /no TLS with .*self-signed certificate.*KAFKA_TLS_CA_FILE/,
  },
  {
    what: 'a certificate that ran out',
    env: ({ expired, ca }) => ({ KAFKA_BROKERS: expired, ...tls(ca.expired) }),
    exit: 78,
    says: /no TLS with .*expired/,
  },
  {
    what: 'a certificate of another host',
    env: ({ otherHost, ca }) => ({ KAFKA_BROKERS: otherHost, ...tls(ca.otherHost) }),
    exit: 78,
    says: /no TLS with .*altnames/,
  },
  {
    what: 'TLS to a port without',
    env: ({ plaintext, ca }) => ({ KAFKA_BROKERS: plaintext, ...tls(ca.secure), ...credentials(CANARY) }),
    // A broker that dies in the handshake looks the same.
    exit: 69,
    says: /before secure TLS connection was established.*where it wants TLS or a login, or does not, set KAFKA_TLS_ENABLED/,
  },
  {
    what: 'no TLS to a port with',
    env: ({ secure }) => ({ KAFKA_BROKERS: secure, ...credentials(CANARY, 'scram-sha-512') }),
    exit: 69,
    says: /no Kafka broker answers at .*KAFKA_TLS_ENABLED/,
  },
]

/** Those that ask the broker, besides the tracker. */
const COMMANDS = [
  ['producer', '--count', '1'],
  ['status'],
  ['up', '--broker', 'external'],
  ['follow', '--limit', '1'],
  ['dlq', 'list'],
]

/** The canary in a file below `folder`, by the file's name. */
function leaks(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file).includes(CANARY))
}

/** The canary in the arguments of a process. */
const leakyProcesses = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(CANARY)
      } catch {
        return false
      }
    })

function expectOneLine({ exit, stdout, stderr }: CliResult, { what, exit: expected, says }: Mistake): void {
  expect({ what, exit, stderr }).toMatchObject({ exit: expected, stderr: expect.stringMatching(says) })
  const lines = stderr.trimEnd().split('\n')
  expect(lines, what).toHaveLength(1)
  expect(stdout + stderr, what).not.toContain(CANARY)
}

test('every mistake with TLS and credentials is one clear line, and the password is nowhere', async () => {
  const broker = await secureBroker(CANARY)
  const setup = trackerSetup(broker.plaintext)
  await createTopic(broker.plaintext, setup.names.topic)
  for (const mistake of MISTAKES) {
    const env = { ...setup.names.env, ...mistake.env(broker) }
    const tracker = await runCli(['tracker', '--exit-at-end'], { dir: setup.dir, env })
    expectOneLine(tracker, mistake)
  }
  for (const command of COMMANDS) {
    const [mistake] = MISTAKES as [Mistake]
    const env = { ...setup.names.env, ...mistake.env(broker) }
    const result = await runCli(command, { dir: setup.dir, env })
    expect(result.stderr + result.stdout, command.join(' ')).toMatch(mistake.says)
    expect(result.stderr + result.stdout, command.join(' ')).not.toContain(CANARY)
    expect(result.stderr, command.join(' ')).not.toMatch(/\n\s+at /)
    expect(result.exit, command.join(' ')).toBe(78)
  }
  expect(leaks(setup.dir)).toEqual([])

  const judged = await rightSettings(broker, setup)
  expect(judged.faults).toEqual([])
  expect(leaks(setup.dir)).toEqual([])
  reportRow(30, judged, MISTAKES.length)
})

/** PLAIN and SCRAM in turn journal what is on the topic. */
async function rightSettings(broker: SecureBroker, setup: TrackerSetup) {
  const { names, events } = setup
  const env: Env = { ...names.env, KAFKA_BROKERS: broker.secure, ...tls(broker.ca.secure) }
  await produce(broker.plaintext, names.topic, orderMessages(1, 100))
  const plain = await runningTracker({ ...setup, env: { ...env, ...credentials(CANARY) } })
  expect(leakyProcesses()).toEqual([])
  expect(await stopTracker(plain)).toBe(0)
  await produce(broker.plaintext, names.topic, orderMessages(101, 200))
  const scram = { ...env, ...credentials(CANARY, 'scram-sha-512') }
  const shown = await runCli(['config'], { dir: setup.dir, env: scram })
  expect(shown.stdout).toContain('KAFKA_SASL_PASSWORD')
  expect(shown.stdout).not.toContain(CANARY)
  expect((await runCli(['tracker', '--exit-at-end'], { dir: setup.dir, env: scram })).exit).toBe(0)
  return judgeJournal({ events, topic: names.topic, records: await readTopic(broker.plaintext, names.topic) })
}
