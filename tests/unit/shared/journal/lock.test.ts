import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { lockHolder, takeLock } from '../../../../src/shared/journal/lock.js'
import { ownIdentity, type ProcessIdentity } from '../../../../src/shared/runtime/process-identity.js'
import { startJournalProcess } from '../../../support/journal-process.js'
import { openJournal, records } from '../../../support/journal-records.js'
import { chainFaults } from '../../../support/oracle.js'
import { tempDir } from '../../../support/temp-dir.js'

const newFolder = (): string => join(tempDir(), 'tracker.events.lock')

/** A lock that somebody else left. */
function foreignLock(changes: Partial<ProcessIdentity>): string {
  const folder = newFolder()
  mkdirSync(folder)
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...ownIdentity(), ...changes }))
  return folder
}

test('a lock says who holds it and is gone when it is given back', () => {
  const folder = newFolder()
  const lock = takeLock(folder)
  expect(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))).toEqual(ownIdentity())
  expect(lockHolder(folder)?.pid).toBe(process.pid)
  lock.release()
  expect(existsSync(folder)).toBe(false)
  expect(lockHolder(folder)).toBeNull()
})

test('a lock that is held is refused with the name of its holder', () => {
  const folder = newFolder()
  const lock = takeLock(folder)
  expect(() => takeLock(folder)).toThrow(
    expect.objectContaining({ code: 'journal_held', exit: 75, context: ownIdentity() }),
  )
  expect(() => takeLock(folder)).toThrow(`held by process ${process.pid} on ${hostname()}`)
  lock.release()
})

// Start time 1 belongs to no process of today.
test.each<[string, Partial<ProcessIdentity>, boolean]>([
  ['of a process that is gone', { pid: 2 ** 22 + 1 }, true],
  ['of a pid that means another process by now', { started: '1' }, true],
  ['of an earlier boot of this host', { boot_id: 'earlier' }, true],
  ['of another host', { host: 'elsewhere', started: '1' }, false],
  ['of another host and another boot', { host: 'elsewhere', boot_id: 'other' }, false],
  ['of another pid namespace', { pid_namespace: 'pid:[1]', started: '1' }, false],
  ['of a living process', {}, false],
])('a lock %s is taken over: %s', (_, changes, isTaken) => {
  const folder = foreignLock(changes)
  if (isTaken) {
    expect(lockHolder(folder)).toBeNull()
    takeLock(folder).release()
    expect(readdirSync(dirname(folder))).toEqual([])
  } else {
    expect(() => takeLock(folder)).toThrow(expect.objectContaining({ exit: 75 }))
    expect(existsSync(folder)).toBe(true)
  }
})

test('a lock whose name cannot be read is held, and can be broken', () => {
  const folder = newFolder()
  mkdirSync(folder)
  writeFileSync(join(folder, 'owner.json'), '{')
  expect(() => takeLock(folder)).toThrow('held by a process that left no name')
  takeLock(folder, { breakLock: true }).release()
  expect(readdirSync(dirname(folder))).toEqual([])
})

test('an empty folder, which no process makes any more, holds nothing', () => {
  const folder = newFolder()
  mkdirSync(folder)
  takeLock(folder).release()
  expect(readdirSync(dirname(folder))).toEqual([])
})

test('a lock that was broken is not given back by the one who lost it', () => {
  const folder = newFolder()
  const lost = takeLock(folder)
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ ...ownIdentity(), pid: process.pid + 1 }))
  lost.release()
  expect(existsSync(folder)).toBe(true)
})

test('what another process of the same pid left beside the lock does not get in the way', () => {
  const folder = foreignLock({ started: '1' })
  mkdirSync(`${folder}.stale-${process.pid}`)
  writeFileSync(join(`${folder}.stale-${process.pid}`, 'owner.json'), '{}')
  takeLock(folder).release()
  expect(readdirSync(dirname(folder))).toEqual([])
})

test('a journal that another process holds is refused; when that was killed, the next one takes it and loses nothing', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const holder = startJournalProcess(eventsFile)
  expect(await holder.ask({ do: 'open' })).toEqual({ result: { seq: 2, torn: null } })
  expect(await holder.ask({ do: 'append', from: 0, count: 3, valueBytes: 10 })).toMatchObject({
    result: { appended: 3 },
  })
  const refused = await openJournal(eventsFile).catch((error) => error)
  expect(refused).toMatchObject({ code: 'journal_held', exit: 75, context: { pid: holder.pid } })
  expect(refused.message).toContain(`process ${holder.pid} on `)
  const other = startJournalProcess(eventsFile)
  expect(await other.ask({ do: 'open' })).toMatchObject({ error: { code: 'journal_held', exit: 75 } })

  await holder.kill()
  expect(await other.ask({ do: 'open' })).toMatchObject({ result: { seq: 6 } })
  expect(await other.ask({ do: 'close' })).toEqual({ result: { seq: 7 } })
  const journal = await openJournal(eventsFile)
  expect(journal.nextOffset({ topic: 'orders', partition: 0 })).toBe(3)
  await journal.close()
  expect(chainFaults(eventsFile)).toEqual([])
})

test('--break-lock takes a journal from a process that lives; that one then refuses to write into what is not its own', async () => {
  const eventsFile = join(tempDir(), 'tracker.events')
  const holder = startJournalProcess(eventsFile)
  await holder.ask({ do: 'open' })
  await holder.ask({ do: 'append', from: 0, count: 1, valueBytes: 10 })
  const journal = await openJournal(eventsFile, { breakLock: true })
  await journal.append(records(1, 1))
  expect(await holder.ask({ do: 'append', from: 1, count: 1, valueBytes: 10 })).toMatchObject({
    error: {
      code: 'journal_file',
      exit: 74,
      message: expect.stringContaining('another program wrote to it'),
    },
  })
  await holder.kill()
  await journal.close()
  expect(chainFaults(eventsFile)).toEqual([])
})
