/**
 * Stacks that name the sources of a bundled program, through the maps beside its files.
 *
 * Only a bug is worth reading them for; Node would read every map while it starts.
 */
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'

const PLACE = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g

/** The stack of what was thrown, or its text; a place without a map stays as it is. */
export function sourceStack(thrown: unknown): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return stack.replace(PLACE, (place, url: string, line: string, column: string) => {
    try {
      return sourcePlace(url, Number(line), Number(column))
    } catch {
      return place
    }
  })
}

/** Lines and columns count from 1. */
function sourcePlace(url: string, line: number, column: number): string {
  const payload = JSON.parse(readFileSync(new URL(`${url}.map`), 'utf8')) as SourceMapPayload
  const origin = new SourceMap(payload).findOrigin(line, column)
  if (!('fileName' in origin)) throw new Error(`${url}:${line} comes from no source`)
  return `${new URL(origin.fileName, url).href}:${origin.lineNumber}:${origin.columnNumber}`
}
