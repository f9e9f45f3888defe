/**
 * Goal: a network that cuts, stalls, delays, changes or cuts up what it carries costs no record, and the tracker mends itself.
 * Method: a relay between the tracker and a broker under load, one fault after the other (row 16); the same relay
 * keeping back answers to fetches alone, three times (row 29).
 * Expected: 0 lost, 0 twice, new records after each fault without help; a silent stall is shown as `stalled` in the
 * metrics, in `status` and in `monitor --json`, and ended by the watchdog within 15 s.
 */
import { expect, onTestFinished, test } from 'vitest'
import { sharedBrokers } from '../support/broker.js'
import { runCli } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { createTopic, readTopic } from '../support/kafka.js'
import { FETCH, type KafkaProxy, kafkaProxy } from '../support/kafka-proxy.js'
import { steadyLoad } from '../support/load.js'
import { reportRow } from '../support/matrix.js'
import { judgeJournal, readJournal, recordLines } from '../support/oracle.js'
import { logLines, runningTracker, stopTracker, type TrackerSetup, trackerSetup } from '../support/tracker.js'

/** The metrics interval of a running test tracker is 200 ms: a second shows several of them. */
const FAULT_MS = 1_000
const BACK_WITHIN_MS = 40_000
const STALLS = 3

const FAULTS: [name: string, begin: (proxy: KafkaProxy) => void][] = [
  ['cut', (proxy) => proxy.cut()],
  ['slow', (proxy) => proxy.delayAnswers(200)],
  ['in pieces', (proxy) => proxy.dribbleAnswers()],
  ['bytes changed', (proxy) => proxy.changeAnswers(FETCH)],
  ['reset in an answer', (proxy) => proxy.resetInAnswer(FETCH)],
  ['half open', (proxy) => proxy.halfOpen()],
]

async function trackerBehindProxy() {
  const brokers = sharedBrokers()
  const proxy = await kafkaProxy(brokers)
  const setup = trackerSetup(proxy.brokers)
  const { topic } = setup.names
  await createTopic(brokers, topic, 1)
  const tracker = await runningTracker(setup, [], 170_000)
  const load = steadyLoad(brokers, topic)
  const journaled = (): number => recordLines(readJournal(setup.events)).length
  const more = async (message: string): Promise<number> => {
    const [before, from] = [journaled(), performance.now()]
    await eventually(() => journaled() > before, {
      deadlineMs: BACK_WITHIN_MS,
      message: () => `new records: ${message}\n${tracker.stderr}`,
    })
    return Math.round(performance.now() - from)
  }
  /** Ends load and tracker and judges what was journaled. */
  const judge = async () => {
    const sent = await load.stop()
    await eventually(() => journaled() >= sent, { deadlineMs: BACK_WITHIN_MS, message: 'all records' })
    expect(await stopTracker(tracker)).toBe(0)
    const records = await readTopic(brokers, topic)
    const judged = judgeJournal({ events: setup.events, topic, records })
    expect(judged.faults).toEqual([])
    return judged
  }
  await more('before the fault')
  return { ...setup, proxy, more, judge }
}

test('the tracker goes on by itself after every fault of the network', async () => {
  const { proxy, more, judge } = await trackerBehindProxy()
  const recoveryMs: number[] = []
  for (const [name, begin] of FAULTS) {
    begin(proxy)
    const until = performance.now() + FAULT_MS
    await eventually(() => performance.now() >= until, { message: `${name} lasts` })
    proxy.relay()
    recoveryMs.push(await more(`after ${name}`))
  }
  reportRow(16, { ...(await judge()), recoveryMs }, FAULTS.length)
})

/** Asks `status` and `monitor --json` for the tracker's state, again and again until `stop` or the end of the test. */
function watchedState({ dir, env }: TrackerSetup) {
  const over = new AbortController()
  const shown = { status: new Set<string>(), monitor: new Set<string>() }
  const ask = async (args: string[]) => JSON.parse((await runCli(args, { dir, env })).stdout)
  const asking = (async () => {
    while (!over.signal.aborted) {
      const [status, monitor] = await Promise.all([ask(['status', '--json']), ask(['monitor', '--json'])])
      shown.status.add(`${status.state}: ${status.tracker.state}`)
      shown.monitor.add(`${monitor.health.tracker.level}: ${monitor.health.tracker.word}`)
    }
  })()
  // Whoever stops it sees the failure.
  asking.catch(() => {})
  onTestFinished(() => over.abort())
  return {
    /** Resolves with every state that each of the two has shown. */
    stop: async () => {
      over.abort()
      await asking
      return { status: [...shown.status], monitor: [...shown.monitor] }
    },
  }
}

test('fetches without an answer are a stall that is shown, and ended within 15 s', async () => {
  const { proxy, more, judge, ...setup } = await trackerBehindProxy()
  const watched = watchedState(setup)
  const recoveryMs: number[] = []
  for (let stall = 1; stall <= STALLS; stall += 1) {
    const before = logLines(setup.log).length
    const logged = (): ReturnType<typeof logLines> => logLines(setup.log).slice(before)
    const from = performance.now()
    proxy.loseAnswers(FETCH)
    await eventually(() => logged().some(({ metadata }) => metadata?.['state'] === 'stalled'), {
      deadlineMs: 12_000,
      message: `stall ${stall} is shown`,
    })
    await eventually(() => logged().some(({ kind }) => kind === 'broker.down'), {
      deadlineMs: 15_000,
      message: `the session of stall ${stall} is ended`,
    })
    expect(performance.now() - from).toBeLessThan(15_000)
    proxy.relay()
    recoveryMs.push(await more(`after stall ${stall}`))
  }
  const shown = await watched.stop()
  expect(shown.status).toContain('degraded: stalled')
  expect(shown.monitor).toContain('critical: stalled')
  reportRow(29, { ...(await judge()), recoveryMs }, STALLS)
})
