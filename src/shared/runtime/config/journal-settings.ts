/** How long a file of the journal gets, and what keeps it honest. */
import { define } from './definition.js'
import { flag, optionalText, topicName, wholeNumber } from './parsers.js'

const MIB = 1024 * 1024

export const JOURNAL_SETTINGS = {
  journalRotateBytes: define({
    env: ['ORDERSCOPE_JOURNAL_ROTATE_BYTES'],
    yaml: 'journal.rotate_bytes',
    parse: wholeNumber(MIB, Number.MAX_SAFE_INTEGER),
    default: 1024 * MIB,
    about: 'length of tracker.events from which it is sealed and a new file begun, bytes',
  }),
  journalCompress: define({
    env: ['ORDERSCOPE_JOURNAL_COMPRESS'],
    yaml: 'journal.compress',
    parse: flag,
    default: false,
    about: 'compress sealed files with zstd',
  }),
  journalKeyFile: define<string | null>({
    env: ['ORDERSCOPE_JOURNAL_KEY_FILE'],
    yaml: 'journal.key_file',
    parse: optionalText,
    default: null,
    about:
      'private key that signs checkpoints; default .orderscope/journal.key where `journal keygen` made it',
  }),
  journalAnchor: define<string | null>({
    env: ['ORDERSCOPE_JOURNAL_ANCHOR'],
    yaml: 'journal.anchor_file',
    parse: optionalText,
    default: null,
    about: "file that takes the journal's heads, on another machine's disk at best; default the heads topic",
  }),
  headsTopic: define({
    env: ['ORDERSCOPE_JOURNAL_HEADS_TOPIC'],
    yaml: 'journal.heads_topic',
    parse: topicName,
    default: 'orders-journal-heads',
    about: "topic that takes the journal's heads",
  }),
}
