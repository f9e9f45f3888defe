/**
 * Goal: a producer whose connections lead nowhere any more does not wait for the system to notice.
 * Method: its connections freeze behind a relay, nobody is told; new ones work.
 * Expected: records are acknowledged again within two time limits of a request, without help; every record that the
 * ledger has is on the topic, none of them twice.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sharedBrokers } from '../support/broker.js'
import { startCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { kafkaProxy } from '../support/kafka-proxy.js'
import { reportRow } from '../support/matrix.js'
import { trackerSetup } from '../support/tracker.js'

/** A request has 10 s. */
const BACK_WITHIN_MS = 40_000

test('a producer on half-open connections delivers again by itself, each record once', async () => {
  const brokers = sharedBrokers()
  const { dir, env, names } = trackerSetup(brokers)
  await createTopic(brokers, names.topic)
  const proxy = await kafkaProxy(brokers)
  const ledger = join(dir, 'ledger')
  const producer = startCli(['producer', '--rate', '200', '--ledger', ledger], {
    dir,
    env: { ...env, KAFKA_BROKERS: proxy.brokers },
  })
  const acknowledged = (): string[] =>
    existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').slice(0, -1) : []
  await eventually(() => acknowledged().length > 100, { message: 'records before the fault' })

  proxy.halfOpen()
  proxy.relay()
  const frozenAt = performance.now()
  const before = acknowledged().length
  await eventually(() => acknowledged().length > before + 300, {
    deadlineMs: BACK_WITHIN_MS,
    message: () => `records after the fault\n${producer.stderr}`,
  })
  const recoveryMs = Math.round(performance.now() - frozenAt)
  producer.kill('SIGTERM')
  const { exit, stdout, stderr } = await producer.ended
  expect(exit, stdout + stderr).toBe(0)

  const entries = acknowledged().map((line) => JSON.parse(line) as { partition: number; offset: number })
  const records = await readTopic(brokers, names.topic)
  const places = new Set(records.map(({ partition, offset }) => `${partition}/${offset}`))
  const lost = entries.filter(({ partition, offset }) => !places.has(`${partition}/${offset}`)).length
  const ids = records.map(({ headers }) => String(headers['ce_id']))
  expect(lost).toBe(0)
  expect(new Set(ids).size).toBe(ids.length)
  reportRow(16, { lost, duplicated: ids.length - new Set(ids).size, recoveryMs })
})
