/**
 * Writes all that goes to the terminal to a file as well, which asciinema plays again (asciicast v2).
 *
 * A recording that cannot go on ends, and the monitor goes on; whoever leaves it is told.
 */
import { closeSync, openSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { ExitCode, errnoCode, errorText, SuiteError } from '../../shared/runtime/errors.js'
import { writeFully } from '../../shared/runtime/files.js'

/**
 * Records what `stdout` is given from now on; the answer ends it, and says on stderr what went wrong.
 *
 * @param path Of a new file, which only its owner may read.
 * @throws {SuiteError} `recording` (74) where the file is there already or cannot be made.
 */
export function record(stdout: NodeJS.WriteStream, path: string): () => void {
  const fd = open(path)
  const startedAt = performance.now()
  const decoder = new StringDecoder('utf8')
  let problem: string | null = null
  const add = (line: unknown): void => {
    if (problem !== null) return
    try {
      writeFully(fd, Buffer.from(`${JSON.stringify(line)}\n`))
    } catch (error) {
      problem = `the recording ${path} ends early: ${errorText(error)}`
    }
  }
  const event = (code: 'o' | 'r', data: string): void => {
    add([Number(((performance.now() - startedAt) / 1000).toFixed(6)), code, data])
  }
  const resized = (): void => event('r', `${stdout.columns}x${stdout.rows}`)
  add({
    version: 2,
    width: stdout.columns,
    height: stdout.rows,
    timestamp: Math.floor(Date.now() / 1000),
    title: 'orderscope monitor',
    env: { TERM: process.env['TERM'] ?? '' },
  })

  const { write } = stdout
  const writeBoth = (chunk: string | Uint8Array, ...rest: []): boolean => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk))
    // As the terminal's driver does it.
    if (text !== '') event('o', text.replaceAll('\n', '\r\n'))
    return write.call(stdout, chunk, ...rest)
  }
  stdout.write = writeBoth as typeof stdout.write
  stdout.prependListener('resize', resized)
  return () => {
    stdout.off('resize', resized)
    stdout.write = write
    closeSync(fd)
    if (problem !== null) process.stderr.write(`orderscope: ${problem}\n`)
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    const text =
      errnoCode(error) === 'EEXIST'
        ? `--record: ${path} is there already and is not overwritten; choose another name`
        : `--record: cannot make ${path}: ${errorText(error)}`
    throw new SuiteError('recording', text, { exit: ExitCode.file, cause: error })
  }
}
