/**
 * Goal: as tests/faults/several-trackers.test.ts, for minutes.
 * Method: three instances, one of which joins, leaves or is killed about every three seconds, forty times.
 * Expected: the union of the journals is the topic, each journal verifies.
 */
import { expect, test } from 'vitest'
import { churned, expectHandovers } from '../support/instance-churn.js'
import { trackerSetup } from '../support/tracker.js'

test('forty joins, leaves and kills in one group leave nothing out', async () => {
  const outcome = await churned(trackerSetup(), {
    steps: 40,
    pauseMs: 2_000,
    endings: ['SIGKILL', 'SIGTERM'],
  })
  expect(outcome).toMatchObject({ lost: 0, duplicated: 0 })
  expectHandovers(outcome.instances)
})
