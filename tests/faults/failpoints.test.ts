/**
 * Goal: wherever the tracker is killed on the way of a batch, nothing is lost and nothing is journaled twice.
 * Method: it kills itself at each failpoint, at its first, third and seventh time, while a producer sends; each time
 * it is started again on what the last one left.
 * Expected: every start but the last dies of SIGKILL at its point; in the end every record of the topic once.
 */
import { expect, test } from 'vitest'
import { FAILPOINTS } from '../../src/shared/runtime/failpoints.js'
import { runCli } from '../support/cli.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { steadyLoad } from '../support/load.js'
import { reportFailpoints, reportRow } from '../support/matrix.js'
import { judgeJournal } from '../support/oracle.js'
import { trackerSetup } from '../support/tracker.js'

const TIMES = [1, 3, 7]

/** Those of a rotation are in files-rotated.test.ts. */
const ON_THE_WAY = FAILPOINTS.filter((name) => !name.startsWith('rotate.'))

test('SIGKILL at every failpoint of a batch under load loses nothing and doubles nothing', async () => {
  const { brokers, dir, env, events, names } = trackerSetup()
  await createTopic(brokers, names.topic)
  const load = steadyLoad(brokers, names.topic)
  const plans = ON_THE_WAY.flatMap((name) => TIMES.map((time) => ({ name, plan: `${name}=kill@${time}` })))
  for (const { name, plan } of plans) {
    const killed = await runCli(['tracker'], { dir, env: { ...env, ORDERSCOPE_FAILPOINTS: plan } })
    expect(killed, plan).toMatchObject({ exit: 'SIGKILL', stderr: `[failpoint] ${name}: kill\n` })
  }
  await load.stop()
  expect((await runCli(['tracker', '--exit-at-end'], { dir, env })).exit).toBe(0)

  const records = await readTopic(brokers, names.topic)
  const judged = judgeJournal({ events, topic: names.topic, records })
  expect(judged.faults).toEqual([])
  expect(records.length).toBeGreaterThan(plans.length)
  reportRow(3, judged, plans.length)
  reportFailpoints(ON_THE_WAY)
})

test('a failpoint that does not exist is refused with the names of those that do', async () => {
  const { dir, env } = trackerSetup()
  const refused = await runCli(['tracker'], {
    dir,
    env: { ...env, ORDERSCOPE_FAILPOINTS: 'journal.nowhere=kill' },
  })
  expect(refused.exit).toBe(78)
  expect(refused.stderr).toContain('journal.mid_write')
})
