/**
 * Before the projects `integration` and `faults`: builds `dist` where it is stale, starts the one broker of the run.
 *
 * vitest calls this once per project; both share what the first call made, and the last one ends it.
 */
import { execa } from 'execa'
import type { TestProject } from 'vitest/node'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { startBroker, type TestBroker } from './broker.js'

let shared: Promise<TestBroker> | null = null
let users = 0

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  users += 1
  shared ??= prepare()
  project.provide('kafkaBrokers', (await shared).brokers)
  return async () => {
    users -= 1
    if (users > 0 || !shared) return
    const broker = await shared
    shared = null
    await broker.dispose()
  }
}

async function prepare(): Promise<TestBroker> {
  await execa('sh', ['scripts/toolchain.sh', 'build'], { cwd: projectFolder, stderr: 'inherit' })
  return await startBroker()
}
