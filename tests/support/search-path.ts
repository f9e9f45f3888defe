/** A PATH for a program under test: everything that is in ours, without some commands or with others in their place. */
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from './temp-dir.js'

/** Folders of PATH as one folder of links, the named commands left out. */
export function pathWithout(...commands: string[]): string {
  const bin = join(tempDir(), 'bin')
  mkdirSync(bin)
  const seen = new Set(commands)
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    for (const name of listOr(folder)) {
      if (seen.has(name)) continue
      seen.add(name)
      symlinkSync(join(folder, name), join(bin, name))
    }
  }
  return bin
}

/** A folder with one shell script named `command`. */
export function folderWith(command: string, script: string): string {
  const bin = join(tempDir(), 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, command), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, command), 0o755)
  return bin
}

function listOr(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
