/** `orderscope journal verify`: proves the journal, or names the first line that is wrong. Exit 0 or 76. */
import type { Argv } from 'yargs'
import { verifyInThreads } from '../shared/journal/scan/verify-in-threads.js'
import type { Verification } from '../shared/journal/verification.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { chosenFiles } from './selection.js'
import { findWitnesses, type Witnesses, witnessOptions } from './witnesses.js'

export const options = (yargs: Argv): Argv =>
  witnessOptions(yargs)
    .positional('files', { type: 'string', array: true, describe: 'journal files, oldest first' })
    .option('complete', { type: 'boolean', default: false, describe: 'fail when earlier files are absent' })
    .option('json', { type: 'boolean', default: false, describe: 'print the result as JSON' })
    .example('$0 journal verify', 'check the journal in the current folder')
    .example('$0 journal verify --anchor topic', 'and compare it with the heads that were kept elsewhere')
    .example('$0 journal verify backup/tracker.events.000001 backup/tracker.events', 'check copies')

/** Text below this is checked before a bar could be read. */
const PROGRESS_BYTES_MIN = 64 * 1024 * 1024
const BAR_COLUMNS = 30

export async function run(args: CommandArguments): Promise<ExitCode> {
  const files = chosenFiles(args)
  const witnesses = await findWitnesses(args)
  const bar = process.stderr.isTTY ? new Bar() : null
  const result = await verifyInThreads(files, {
    ...(bar ? { onProgress: (bytes: number, textBytes: number) => bar.draw(bytes, textBytes) } : {}),
    heads: witnesses.heads,
    ...(witnesses.publicKey ? { publicKey: witnesses.publicKey } : {}),
  }).finally(() => bar?.clear())
  const isShort = args['complete'] === true && result.fromSeq !== null && result.fromSeq > 1
  process.stdout.write(
    args['json'] === true
      ? `${JSON.stringify(summary(result))}\n`
      : report(result, isShort) + witnessReport(result, witnesses),
  )
  return result.bad || isShort ? ExitCode.journalIntegrity : ExitCode.done
}

/** How far the check is, on a terminal. */
class Bar {
  #drawn = ''

  draw(bytes: number, textBytes: number): void {
    if (textBytes < PROGRESS_BYTES_MIN) return
    const share = Math.min(1, bytes / textBytes)
    const filled = Math.floor(share * BAR_COLUMNS)
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_COLUMNS - filled)}] ${Math.floor(share * 100)} %`
    if (bar === this.#drawn) return
    this.#drawn = bar
    process.stderr.write(`\rverifying ${bar}`)
  }

  clear(): void {
    if (this.#drawn !== '') process.stderr.write('\r\x1b[K')
  }
}

const summary = ({
  files,
  bad,
  fromSeq,
  lines,
  state,
  unfinishedBytes,
  heads,
  signatures,
}: Verification): object => ({
  ok: bad === null,
  files,
  bad,
  from_seq: fromSeq,
  lines,
  records: state.totals.records,
  seq: state.seq,
  hash: state.hash,
  positions: [...state.positions.values()],
  unfinished_bytes: unfinishedBytes,
  anchored_heads: heads.checked,
  anchored_up_to_seq: heads.upToSeq,
  signatures: signatures.checked,
  signed_up_to_seq: signatures.upToSeq,
})

function report(result: Verification, isShort: boolean): string {
  const { bad, files, fromSeq, lines, state, unfinishedBytes } = result
  if (bad) {
    return (
      `NOT OK  ${bad.file} line ${bad.line} ${bad.problem}\n` +
      `        the ${lines} lines before it verify (up to seq ${state.seq}, hash ${state.hash})\n`
    )
  }
  const texts = [
    `OK      ${lines} lines in ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${state.totals.records} records\n`,
    `head    seq ${state.seq}, hash ${state.hash}\n`,
  ]
  if (fromSeq !== null && fromSeq > 1) {
    texts.push(`${isShort ? 'NOT OK ' : 'note   '} from seq ${fromSeq}; earlier files absent\n`)
  }
  for (const { topic, partition, epoch, next_offset } of state.positions.values()) {
    texts.push(
      `at      ${topic}/${partition} next offset ${next_offset}${epoch > 0 ? `, epoch ${epoch}` : ''}\n`,
    )
  }
  if (unfinishedBytes > 0)
    texts.push(`note    ${unfinishedBytes} bytes of a line that is not finished were left out\n`)
  return texts.join('')
}

/** How far something outside of the journal speaks for it. */
function witnessReport(
  { bad, heads, signatures }: Verification,
  { place, before, publicKey }: Witnesses,
): string {
  if (bad) return ''
  const texts: string[] = []
  if (publicKey) texts.push(`signed  up to seq ${signatures.upToSeq}, ${signatures.checked} checkpoints\n`)
  if (place !== null) {
    const upTo = heads.upToSeq === null ? 'no seq that is here' : `up to seq ${heads.upToSeq}`
    texts.push(`anchor  ${upTo}, ${heads.checked} heads at ${place}\n`)
  }
  for (const { seq, timestamp } of before)
    texts.push(
      `note    another chain of this journal was anchored before, last at seq ${seq} on ${timestamp}\n`,
    )
  return texts.join('')
}
