/** The broker of `docker-compose.yaml`, for hosts with a Docker engine. Never uses sudo. */
import { join } from 'node:path'
import { execa } from 'execa'
import { ExitCode, SuiteError } from '../../shared/runtime/errors.js'
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import { projectFolder } from '../folders.js'

/** An engine that hangs is none. */
const ASK_MS = 5_000
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

/** Whether the container runs already. */
export const isDockerBrokerRunning = async (port: number): Promise<boolean> =>
  (await compose(['ps', '--status', 'running', '--quiet', SERVICE], port)).trim() !== ''

/** Starts the container; the image is fetched with compose's own progress on stderr. */
export const startDockerBroker = async (port: number): Promise<void> =>
  void (await compose(['up', '--detach', '--no-deps', SERVICE], port, 'inherit'))

/** The end of what the broker has printed. */
export const dockerLog = (port: number): Promise<string> => compose(['logs', '--tail', '8', SERVICE], port)

/** Stops the container; its volume stays. */
export const stopDockerBroker = async (port: number): Promise<void> =>
  void (await compose(['stop', SERVICE], port))

/** Removes the container and its volume. */
export const purgeDockerBroker = async (port: number): Promise<void> =>
  void (await compose(['down', '--volumes'], port))

/** @throws {SuiteError} `docker_failed` (69) with what compose said. */
async function compose(args: string[], port: number, stderr: 'pipe' | 'inherit' = 'pipe'): Promise<string> {
  const result = await execa('docker', ['compose', '--file', COMPOSE_FILE, ...args], {
    env: { ORDERSCOPE_KAFKA_PORT: String(port) },
    stdin: 'ignore',
    stderr,
    reject: false,
  })
  if (!result.failed) return result.stdout
  const said = String(result.stderr ?? '').trim()
  throw new SuiteError(
    'docker_failed',
    `docker compose ${args.join(' ')} failed${said === '' ? '' : `:\n${escapeLines(said)}`}`,
    { exit: ExitCode.unavailable },
  )
}

const escapeLines = (text: string): string => text.split('\n').map(escapeTerminalText).join('\n')
