/**
 * Goal: trackers that share a group, joining, leaving and killed under load, together miss no record.
 * Method: three instances on one topic of four partitions; one joins or ends every second or two while records stream
 * in, first by SIGTERM only, then by SIGKILL too; the seed is printed.
 * Expected: the union of the journals is the topic; by SIGTERM no record is in two journals, after a SIGKILL one may
 * be, with equal place and content; every journal verifies; handovers name the instance before.
 */
import { expect, test } from 'vitest'
import { churned, expectHandovers } from '../support/instance-churn.js'
import { testAdmin } from '../support/kafka.js'
import { reportRow } from '../support/matrix.js'
import { trackerSetup } from '../support/tracker.js'

const STEPS = 7

test('instances that join and leave by SIGTERM hand over exactly', async () => {
  const setup = trackerSetup()
  const outcome = await churned(setup, { steps: STEPS, pauseMs: 500, endings: ['SIGTERM'] })
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0, shared: 0 })
  expectHandovers(outcome.instances)
  const admin = await testAdmin(setup.brokers)
  const [committed] = await admin.fetchOffsets({ groupId: setup.names.group, topics: [setup.names.topic] })
  for (const { metadata } of committed?.partitions ?? []) {
    expect(JSON.parse(metadata ?? '')).toEqual({ v: 1, instance: expect.stringMatching(/^[abc]$/), epoch: 0 })
  }
  reportRow(21, outcome, STEPS)
})

test('instances that are killed leave nothing out, and what is in two journals is equal', async () => {
  const setup = trackerSetup()
  const endings = ['SIGKILL' as const, 'SIGKILL' as const, 'SIGTERM' as const]
  const outcome = await churned(setup, { steps: STEPS, pauseMs: 500, endings })
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0 })
  expectHandovers(outcome.instances)
  reportRow(21, outcome, STEPS)
})
