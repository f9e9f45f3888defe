/** Bounds that more than one part of orderscope relies on. Each says its unit in its name. */

/** Deepest nesting of a payload that is still journaled as `order_full`; jq gives up near 128. */
export const PAYLOAD_DEPTH_MAX = 64

/** Longest journal line, its LF included. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024

/** Above this a `raw_message` would pass its bound and the payload is kept as `raw_base64`. */
export const RAW_MESSAGE_BYTES_MAX = 8 * 1024 * 1024

/** A topic that takes larger records is refused at start: base64 and headers must fit one line. */
export const TOPIC_RECORD_BYTES_MAX = 40 * 1024 * 1024

/** A checkpoint is written after this many lines, ... */
export const CHECKPOINT_LINES_MAX = 10_000

/** ... or this many bytes, ... */
export const CHECKPOINT_BYTES_MAX = 8 * 1024 * 1024

/** ... or this long after the last one when there were records. */
export const CHECKPOINT_INTERVAL_MS = 60_000

/** Room for the headers that a dead letter carries beside the record's own. */
export const DLQ_HEADROOM_BYTES = 64 * 1024

/** Version of the journal's line format, written in `journal.opened`. */
export const JOURNAL_FORMAT = 1
