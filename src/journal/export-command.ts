/** `orderscope journal export`: gives records back as they were on the topic, byte for byte. */
import ndjson from 'ndjson'
import type { Argv } from 'yargs'
import { isRecordEntry } from '../shared/contract/journal-entry.js'
import { headerPairs, keyBytes, timestampMsOf, valueBytes } from '../shared/journal/payload.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import type { SelectedLine } from './choice.js'
import { inChunks, writeOut } from './output.js'
import { chosenFiles, selectionOptions, selectLines } from './selection.js'

export const options = (yargs: Argv): Argv =>
  selectionOptions(
    yargs.positional('files', { type: 'string', array: true, describe: 'journal files, oldest first' }),
  )
    .option('format', {
      choices: ['ndjson', 'raw'] as const,
      default: 'ndjson' as const,
      describe: 'ndjson: key, value and headers in base64; raw: the values alone, one after the other',
    })
    .option('delimiter', {
      choices: ['lf', 'nul', 'none'] as const,
      default: 'lf' as const,
      describe: 'what follows each value with --format raw',
    })
    .example('$0 journal export --format raw > orders.ndjson', 'the payloads, one a line')

const DELIMITERS: Record<string, Buffer> = {
  lf: Buffer.from('\n'),
  nul: Buffer.from('\0'),
  none: Buffer.alloc(0),
}

export async function run(args: CommandArguments): Promise<ExitCode> {
  const lines = selectLines(chosenFiles(args), args)
  if (args['format'] === 'raw')
    await writeOut(inChunks(values(lines, DELIMITERS[String(args['delimiter'])]!)))
  else await writeOut(records(lines), ndjson.stringify())
  return ExitCode.done
}

function* values(lines: Iterable<SelectedLine>, delimiter: Buffer): Generator<Buffer> {
  for (const { line, entry } of lines) {
    const value = isRecordEntry(entry) ? valueBytes(line, entry) : null
    if (value === null) continue
    yield value
    yield delimiter
  }
}

/** One object per record; null stays null, so a tombstone or a missing key can be told from an empty one. */
function* records(lines: Iterable<SelectedLine>): Generator<object> {
  for (const { line, entry } of lines) {
    if (!isRecordEntry(entry)) continue
    yield {
      topic: entry.kafka_topic,
      partition: entry.kafka_partition,
      offset: entry.kafka_offset,
      timestamp_ms: timestampMsOf(entry),
      key_base64: base64(keyBytes(entry)),
      value_base64: base64(valueBytes(line, entry)),
      headers: headerPairs(entry).map(([name, value]) => [name, base64(value)]),
    }
  }
}

const base64 = (bytes: Buffer | null): string | null => bytes?.toString('base64') ?? null
