/**
 * Before the projects `integration` and `faults`: builds `dist` where it is stale, starts the one broker of the run.
 *
 * vitest loads this file once per project, so what both share is kept beside the modules.
 */
import { execa } from 'execa'
import type { TestProject } from 'vitest/node'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { startBroker, type TestBroker } from './broker.js'

interface Shared {
  broker: Promise<TestBroker>
  users: number
}

const KEY = Symbol.for('orderscope.tests.broker')
const shared = globalThis as { [KEY]?: Shared }

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[KEY] ??= { broker: prepare(), users: 0 }
  const { broker } = shared[KEY]
  shared[KEY].users += 1
  project.provide('kafkaBrokers', (await broker).brokers)
  return async () => {
    if (!shared[KEY]) return
    shared[KEY].users -= 1
    if (shared[KEY].users > 0) return
    delete shared[KEY]
    await (await broker).dispose()
  }
}

async function prepare(): Promise<TestBroker> {
  await execa('sh', ['scripts/toolchain.sh', 'build'], { cwd: projectFolder, stderr: 'inherit' })
  return await startBroker()
}
