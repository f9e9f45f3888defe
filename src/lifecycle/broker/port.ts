/** Ports on loopback: whether one is free, and who holds it where the system tells. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { ExitCode, errnoCode, SuiteError } from '../../shared/runtime/errors.js'
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'

/** How far a free pair of ports is looked for beyond the wanted one. */
const OFFER_WITHIN = 200
const COMMAND_CHARS_MAX = 100
/** State of a listening socket in /proc/net/tcp. */
const LISTEN = '0A'

/**
 * Makes sure that a broker can listen on `port` and its controller on the next one.
 * @throws {SuiteError} `port_taken` (69) naming the holder and another port; `port_refused` (69).
 */
export async function requirePorts(port: number): Promise<void> {
  for (const wanted of [port, port + 1]) {
    const state = await tryListen(wanted)
    if (state === 'free') continue
    if (state !== 'EADDRINUSE') {
      throw new SuiteError(
        'port_refused',
        `cannot listen on 127.0.0.1:${wanted} (${state}); set ORDERSCOPE_KAFKA_PORT to another port`,
        { exit: ExitCode.unavailable },
      )
    }
    const role = wanted === port ? 'the broker' : "the broker's controller"
    const holder = portHolder(wanted)
    const who = holder
      ? `process ${holder.pid} (${holder.command})`
      : 'a process that the system does not name'
    const offer = await freePairAfter(port)
    const other = offer === null ? 'another port' : `a free one (ORDERSCOPE_KAFKA_PORT=${offer})`
    throw new SuiteError(
      'port_taken',
      `port ${wanted}, meant for ${role}, is taken by ${who}; choose ${other}, ` +
        `or, where a Kafka runs there, use it (KAFKA_BROKERS=127.0.0.1:${port})`,
      { exit: ExitCode.unavailable, context: { port: wanted, holder } },
    )
  }
}

/** `free`, or the system's code for why it is not. */
function tryListen(port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(errnoCode(error) ?? error.message))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve('free')))
  })
}

async function freePairAfter(port: number): Promise<number | null> {
  for (let offer = port + 2; offer < Math.min(port + OFFER_WITHIN, 65_535); offer += 2) {
    const isFree = (await tryListen(offer)) === 'free' && (await tryListen(offer + 1)) === 'free'
    if (isFree) return offer
  }
  return null
}

export interface PortHolder {
  pid: number
  command: string
}

/** The process that listens on `port`, or null where the system does not tell (other systems, other users). */
export function portHolder(port: number): PortHolder | null {
  const sockets = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`))
  if (sockets.size === 0) return null
  for (const name of listOr('/proc')) {
    if (!/^\d+$/.test(name)) continue
    for (const fd of listOr(`/proc/${name}/fd`)) {
      if (sockets.has(linkOr(`/proc/${name}/fd/${fd}`)))
        return { pid: Number(name), command: commandOf(name) }
    }
  }
  return null
}

function listeningInodes(port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readOr(table)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === LISTEN && local?.endsWith(`:${hexPort}`))
      .map((fields) => fields[9] ?? '')
      .filter((inode) => inode !== '' && inode !== '0'),
  )
}

function commandOf(pid: string): string {
  const words = escapeTerminalText(readOr(`/proc/${pid}/cmdline`).replace(/\0+$/, '').replaceAll('\0', ' '))
  return words.length > COMMAND_CHARS_MAX
    ? `${words.slice(0, COMMAND_CHARS_MAX)}…`
    : words || 'no command line'
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function listOr(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
