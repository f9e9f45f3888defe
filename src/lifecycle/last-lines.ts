/** The end of a file, for a message to a person. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { errnoCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'

/** A message needs no more, however long the lines are. */
const BYTES_MAX = 4_096

/** At most `count` last lines, each indented by two blanks and free of control characters; a text where there are none. */
export function lastLines(path: string, count: number): string {
  const lines = tail(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
  return lines.length === 0 ? '  (nothing)' : lines.map((line) => `  ${escapeTerminalText(line)}`).join('\n')
}

function tail(path: string): string {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    if (errnoCode(error) === 'ENOENT') return ''
    throw error
  }
  try {
    const { size } = fstatSync(fd)
    const bytes = Buffer.alloc(Math.min(size, BYTES_MAX))
    const length = readSync(fd, bytes, 0, bytes.length, size - bytes.length)
    return bytes.toString('utf8', 0, length)
  } finally {
    closeSync(fd)
  }
}
