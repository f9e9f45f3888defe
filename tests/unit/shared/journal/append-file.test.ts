import { appendFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppendFile } from '../../../../src/shared/journal/append-file.js'
import type { SuiteError } from '../../../../src/shared/runtime/errors.js'
import { tempDir } from '../../../support/temp-dir.js'

/** A file with 5 durable bytes, opened by a first append. */
async function opened(): Promise<{ path: string; file: AppendFile }> {
  const path = join(tempDir(), 'file')
  writeFileSync(path, 'old\n')
  const file = new AppendFile(path, 4)
  await file.append(Buffer.from('\n'))
  return { path, file }
}

const failure = (file: AppendFile): Promise<SuiteError> =>
  file.append(Buffer.from('new\n')).then(
    () => {
      throw new Error('the append succeeded')
    },
    (error) => error,
  )

test('bytes are appended behind what is durable, also after a close', async () => {
  const { path, file } = await opened()
  await file.append(Buffer.from('a'.repeat(100_000)))
  await file.close()
  await file.append(Buffer.from('b'))
  await file.close()
  expect(readFileSync(path, 'utf8')).toBe(`old\n\n${'a'.repeat(100_000)}b`)
  expect(file.durableBytes).toBe(100_006)
})

test('what an earlier append left behind the durable bytes is cut off first', async () => {
  const path = join(tempDir(), 'file')
  writeFileSync(path, 'old\nhalf a li')
  const file = new AppendFile(path, 4)
  await file.append(Buffer.from('new\n'))
  await file.close()
  expect(readFileSync(path, 'utf8')).toBe('old\nnew\n')
})

test('a full disk is told apart, and leaves the file as it was', async () => {
  const file = new AppendFile('/dev/full', 0)
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await failure(file)).toMatchObject({ code: 'journal_disk_full', exit: 74 })
    expect(file.durableBytes).toBe(0)
  }
})

test.each<[string, (path: string) => void, string]>([
  ['removed', (path) => rmSync(path), 'it was moved or removed'],
  ['moved away', (path) => renameSync(path, `${path}.1`), 'it was moved or removed'],
  [
    'replaced by a copy',
    (path) => {
      const bytes = readFileSync(path)
      renameSync(path, `${path}.1`)
      writeFileSync(path, bytes)
    },
    'another file has its name now',
  ],
  ['cut', (path) => truncateSync(path, 3), 'it is 3 bytes long, shorter than the 5 bytes written to it'],
  ['written to', (path) => appendFileSync(path, 'stranger\n'), 'another program wrote to it'],
])('a file that another program has %s is not written to', async (_, change, message) => {
  const { path, file } = await opened()
  change(path)
  const before = catching(() => readFileSync(path, 'utf8'))
  const error = await failure(file)
  expect(error).toMatchObject({ code: 'journal_file', exit: 74 })
  expect(error.message).toContain(`cannot write the journal ${path}: ${message}`)
  expect(error.message).not.toContain('is safe')
  expect(catching(() => readFileSync(path, 'utf8'))).toBe(before)
  expect(file.durableBytes).toBe(5)
})

test('a file that another one replaced while it was closed is not written to', async () => {
  const { path, file } = await opened()
  await file.close()
  renameSync(path, `${path}.1`)
  writeFileSync(path, 'a stranger, and longer')
  expect((await failure(file)).message).toContain('another file has its name now')
  expect(readFileSync(path, 'utf8')).toBe('a stranger, and longer')
})

test('a file that cannot be opened is a file error', async () => {
  const error = await failure(new AppendFile(tempDir(), 0))
  expect(error).toMatchObject({ code: 'journal_file', exit: 74 })
  expect(error.message).toContain('EISDIR')
})

function catching(read: () => string): string | null {
  try {
    return read()
  } catch {
    return null
  }
}
