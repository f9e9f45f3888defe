/** Two trackers of one group, each with its own folder, watched as one while partitions go from one to the other. */
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { instance } from '../support/instances.js'
import { createTopic, produce, readTopic } from '../support/kafka.js'
import { recordLines } from '../support/oracle.js'
import { orderMessages } from '../support/order-builder.js'
import { tempDir } from '../support/temp-dir.js'
import { trackerSetup } from '../support/tracker.js'

test('what two trackers journaled around a handover is the topic, each record once', async () => {
  const setup = trackerSetup()
  const { brokers, names } = setup
  const [a, b] = ['a', 'b'].map((name) => instance({ ...setup, dir: tempDir() }, name))
  if (!a || !b) throw new Error('two instances')
  await createTopic(brokers, names.topic)
  const journaled = (): number => [a, b].flatMap((tracker) => recordLines(tracker.lines())).length
  const all = (count: number) =>
    eventually(() => journaled() >= count, {
      deadlineMs: 30_000,
      message: () => `${count} records journaled, not ${journaled()}`,
    })

  a.start()
  await a.joined()
  await produce(brokers, names.topic, orderMessages(0, 299))
  await all(300)
  b.start()
  await b.joined()
  await produce(brokers, names.topic, [...orderMessages(300, 599), { key: 'bad', value: 'not JSON' }])
  await all(601)
  expect(await a.end('SIGTERM')).toBe(0)
  await produce(brokers, names.topic, orderMessages(600, 899))
  await all(901)
  expect(await b.end('SIGTERM')).toBe(0)

  const dirs = [a, b].flatMap(({ events }) => ['--dir', events.slice(0, events.lastIndexOf('/'))])
  const { exit, stdout, stderr } = await runCli(['monitor', '--json', ...dirs], { dir: setup.dir })
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  const snapshot = JSON.parse(stdout)
  const onTopic = await readTopic(brokers, names.topic)
  expect(snapshot.totals).toMatchObject({ records: onTopic.length, rejected: { not_json: 1 } })
  expect(snapshot.look.journals).toEqual([a.events, b.events])
  const own = snapshot.journals.map((journal: { totals: { records: number } }) => journal.totals.records)
  expect(own.every((records: number) => records > 0)).toBe(true)
  expect(own[0] + own[1] - snapshot.look.repeated_records).toBe(onTopic.length)
})
