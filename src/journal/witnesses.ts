/**
 * Where `journal verify` finds what speaks for a journal from outside of it: heads that were kept elsewhere, and the
 * public key of its checkpoints.
 */
import type { KeyObject } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Argv } from 'yargs'
import { type AnchoredHead, headsOf, journalName, parseHead, readHeads } from '../shared/journal/anchor.js'
import { loadPublicKey, publicKeyFile } from '../shared/journal/signature.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { loadSettings, type Settings } from '../shared/runtime/config/load.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'

export const witnessOptions = (yargs: Argv): Argv =>
  yargs
    .option('anchor', {
      type: 'string',
      requiresArg: true,
      describe:
        'compare with the heads in this file, in the heads `topic`, or `none`; default ORDERSCOPE_JOURNAL_ANCHOR',
    })
    .option('public-key', {
      type: 'string',
      requiresArg: true,
      describe: 'check signatures with this key; default the .pub beside the journal key, where there is one',
    })

export interface Witnesses {
  /** Of the journal's name and newest chain, the oldest first; none where no place was asked. */
  heads: AnchoredHead[]
  /** Where the heads come from, for people; null where no place was asked. */
  place: string | null
  /** The last heads of chains of that name that came before; the journal was begun anew after each. */
  before: AnchoredHead[]
  publicKey: KeyObject | null
}

/**
 * @throws {SuiteError} where a place was asked and holds no head of the journal (1), or cannot be read (69, 74).
 */
export async function findWitnesses(args: CommandArguments): Promise<Witnesses> {
  const { settings } = loadSettings({ flags: args })
  const publicKey = findPublicKey(args, settings)
  const asked = (args['anchor'] as string | undefined) ?? settings.journalAnchor ?? 'none'
  if (asked === 'none') return { heads: [], place: null, before: [], publicKey }
  const name = journalName(settings.group, settings.instance)
  const place = asked === 'topic' ? `topic ${settings.headsTopic}` : asked
  const all = asked === 'topic' ? await readHeadsTopic(settings) : readHeads(asked)
  const { heads, before } = headsOf(all, name)
  if (heads.length === 0) throw noHeads(name, place, all)
  return { heads, place, before, publicKey }
}

function findPublicKey(args: CommandArguments, settings: Settings): KeyObject | null {
  const given = args['public-key'] as string | undefined
  const file = given ?? publicKeyFile(settings.journalKeyFile)
  return given !== undefined || existsSync(file) ? loadPublicKey(file) : null
}

async function readHeadsTopic(settings: Settings): Promise<AnchoredHead[]> {
  // Files are verified without a broker, and without what talks to one.
  const { createKafka } = await import('../shared/kafka/client.js')
  const { readTopics } = await import('../shared/kafka/topic-reader.js')
  const client = createKafka(settings, { service: 'journal' })
  const heads: AnchoredHead[] = []
  try {
    for await (const { records } of readTopics(client, {
      topics: [settings.headsTopic],
      from: 'earliest',
      until: 'end',
    })) {
      for (const { value } of records) {
        const head = value && parseHead(value.toString('utf8'))
        if (head) heads.push(head)
      }
    }
  } finally {
    client.abandon()
  }
  // A topic of several partitions tells them out of order.
  return heads.sort((a, b) => a.timestamp.localeCompare(b.timestamp))
}

function noHeads(name: string, place: string, all: AnchoredHead[]): SuiteError {
  const others = [...new Set(all.map(({ journal }) => journal))].join(', ') || 'none at all'
  return new SuiteError(
    'no_heads',
    `${place} holds no head of journal "${name}" (there are: ${others}); set KAFKA_CONSUMER_GROUP and ORDERSCOPE_INSTANCE as the tracker had them`,
    { exit: ExitCode.failed },
  )
}
