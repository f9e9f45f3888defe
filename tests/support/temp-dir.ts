/** A folder of a test's own, gone when the test is over. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Makes a new empty folder; call it inside a test. */
export function tempDir(): string {
  // Some systems reach their temporary folder through a link; programs under test print the real path.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'orderscope-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
