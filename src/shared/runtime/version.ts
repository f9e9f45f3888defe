/** Version of this program, from its package.json. */
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** For example `0.1.0`. */
export function packageVersion(): string {
  const packageFile = findPackageJSON(import.meta.url) ?? ''
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version
}
