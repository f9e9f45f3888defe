/**
 * The member id of a consumer, kept on disk so that a killed one can be taken out of its group at the next start.
 *
 * Otherwise the group waits for the dead member's session to time out: seconds to half a minute in which nothing
 * is consumed. Leaving with an id that is no longer known does nothing.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readTextIfAny, replaceFile } from '../runtime/files.js'
import { stateFolder } from '../runtime/run-state.js'
import type { Connection } from './connection.js'
import { retryTransient } from './failure.js'

/** A coordinator that has just started loads its groups first. */
const COORDINATOR_DEADLINE_MS = 2_000

/** File of the member id; one per group and instance. */
export function memberFile(dir: string, group: string, instance: string | null): string {
  const name = encodeURIComponent(instance === null ? group : `${group}-${instance}`)
  return join(stateFolder(dir), `member-${name}`)
}

/** Makes `memberId` durable in `file`. */
export function rememberMember(file: string, memberId: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  replaceFile(file, `${memberId}\n`)
}

/** Takes the remembered member out of the group; to be called while no consumer of ours is in it. */
export async function leaveAsRemembered(connection: Connection, group: string, file: string): Promise<void> {
  const memberId = readTextIfAny(file)?.trim()
  if (!memberId) return
  await retryTransient(COORDINATOR_DEADLINE_MS, async () => {
    const coordinator = await connection.cluster.findGroupCoordinator({ groupId: group })
    await coordinator.leaveGroup({ groupId: group, memberId }).catch((error: { type?: string }) => {
      if (error.type !== 'UNKNOWN_MEMBER_ID') throw error
    })
  })
}
