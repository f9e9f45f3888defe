/** The broker of `docker-compose.yaml`, for hosts with a Docker engine. Never uses sudo. */
import { join } from 'node:path'
import { execa } from 'execa'
import { ExitCode, SuiteError } from '../../shared/runtime/errors.js'
import { projectFolder } from '../folders.js'
import { poll } from '../poll.js'

/** An engine that hangs is none. */
const ASK_MS = 5_000
const HEALTHY_DEADLINE_MS = 120_000
const SERVICE = 'kafka'
const COMPOSE_FILE = join(projectFolder, 'docker-compose.yaml')

export type DockerSearch = { isHere: true } | { missing: string }

/** Whether an engine answers and compose is there, or a text that says what is missing. */
export async function findDocker(): Promise<DockerSearch> {
  const asked = { reject: false, timeout: ASK_MS, forceKillAfterDelay: 500, stdin: 'ignore' } as const
  const engine = await execa('docker', ['version', '--format', '{{.Server.Version}}'], asked)
  if (engine.failed) {
    return { missing: engine.code === 'ENOENT' ? 'no docker in PATH' : 'no Docker engine answers' }
  }
  const compose = await execa('docker', ['compose', 'version'], asked)
  return compose.failed ? { missing: 'the docker command has no compose plugin' } : { isHere: true }
}

export interface DockerBrokerOptions {
  port: number
  isHealthy: () => Promise<boolean>
  signal?: AbortSignal | undefined
}

/**
 * Starts the container where it does not run and waits until the broker answers.
 *
 * @returns whether it was started here; one that ran before stays when `down` is called.
 * @throws {SuiteError} `broker_failed` (69) with what compose said.
 */
export async function startDockerBroker({ port, isHealthy, signal }: DockerBrokerOptions): Promise<boolean> {
  const env = { ORDERSCOPE_KAFKA_PORT: String(port) }
  const running = await compose(['ps', '--status', 'running', '--quiet', SERVICE], env)
  const isOurs = running.trim() === ''
  if (isOurs) await compose(['up', '--detach', '--no-deps', SERVICE], env, 'inherit')
  const check = async (): Promise<true | null> => ((await isHealthy()) ? true : null)
  if (await poll(check, { deadlineMs: HEALTHY_DEADLINE_MS, everyMs: 250, signal })) return isOurs
  const log = await compose(['logs', '--tail', '8', SERVICE], env)
  if (isOurs) await stopDockerBroker(port)
  throw failed(
    `the broker in Docker did not answer on 127.0.0.1:${port} in ${HEALTHY_DEADLINE_MS / 1000} s`,
    log,
  )
}

/** Stops the container; its volume stays. */
export const stopDockerBroker = async (port: number): Promise<void> =>
  void (await compose(['stop', SERVICE], { ORDERSCOPE_KAFKA_PORT: String(port) }))

/** Removes the container and its volume. */
export const purgeDockerBroker = async (port: number): Promise<void> =>
  void (await compose(['down', '--volumes'], { ORDERSCOPE_KAFKA_PORT: String(port) }))

/** The image is fetched with compose's own progress on stderr. */
async function compose(
  args: string[],
  env: Record<string, string>,
  stderr: 'pipe' | 'inherit' = 'pipe',
): Promise<string> {
  const result = await execa('docker', ['compose', '--file', COMPOSE_FILE, ...args], {
    env,
    stdin: 'ignore',
    stderr,
    reject: false,
  })
  if (result.failed) throw failed(`docker compose ${args.join(' ')} failed`, String(result.stderr ?? ''))
  return result.stdout
}

const failed = (what: string, detail: string): SuiteError =>
  new SuiteError('broker_failed', detail.trim() === '' ? what : `${what}:\n${detail.trim()}`, {
    exit: ExitCode.unavailable,
  })
