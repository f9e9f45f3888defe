/**
 * Journals that somebody changed: each mutant is the text of a journal with one change, and the line at which a
 * checker must stop.
 */
import { createHash } from 'node:crypto'

/** A source of whole numbers below a bound; seeded, so that a failure can be made again. */
export type Below = (bound: number) => number

/** Numbers that look random and follow from the seed (mulberry32). */
export function seeded(seed: number): Below {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

export interface Mutant {
  /** Says how it was made. */
  what: string
  bytes: Buffer
  /** First bad line, from 1; null where the change is not to be told from a line in the making. */
  line: number | null
}

type Mutation = (lines: Buffer[], below: Below) => Mutant

const LF = Buffer.from('\n')
const SUFFIX_CHARS = 75

const joined = (lines: Buffer[]): Buffer => Buffer.concat(lines.flatMap((line) => [line, LF]))

/** Seals every body again from line `at` on, as somebody does who knows the format. */
export function resealed(lines: Buffer[], at: number, body: Buffer): Buffer {
  let previous = at === 0 ? '0'.repeat(64) : (lines[at - 1]?.toString('latin1').slice(-66, -2) ?? '')
  const sealed = [body, ...lines.slice(at + 1).map((line) => line.subarray(0, -SUFFIX_CHARS))].map((each) => {
    previous = createHash('sha256').update(previous).update(each).digest('hex')
    return Buffer.concat([each, Buffer.from(`,"hash":"${previous}"}`)])
  })
  return joined([...lines.slice(0, at), ...sealed])
}

/** Changes that anybody makes with an editor; the chain tells them. */
const MUTATIONS: Record<string, Mutation> = {
  'edit a byte': (lines, below) => {
    const at = below(lines.length)
    const line = Buffer.from(lines[at] ?? '')
    const byte = below(line.length)
    const value = (line.readUInt8(byte) + 1 + below(255)) % 256
    line.writeUInt8(value, byte)
    // A line feed in its middle makes two lines of it, and the first is the bad one.
    return {
      what: `byte ${byte} becomes ${value}`,
      bytes: joined(lines.toSpliced(at, 1, line)),
      line: at + 1,
    }
  },
  'flip a digit of the hash': (lines, below) => {
    const at = below(lines.length)
    const line = Buffer.from(lines[at] ?? '')
    const byte = line.length - 66 + below(64)
    line.write(line.toString('latin1', byte, byte + 1) === '0' ? '1' : '0', byte, 'latin1')
    return { what: `hash digit at ${byte}`, bytes: joined(lines.toSpliced(at, 1, line)), line: at + 1 }
  },
  // Without the last line a journal is one that ended earlier: that needs a head kept elsewhere.
  'delete a line': (lines, below) => {
    const at = below(lines.length - 1)
    return { what: 'deleted', bytes: joined(lines.toSpliced(at, 1)), line: at + 1 }
  },
  'insert a line of the same journal': (lines, below) => {
    const at = below(lines.length + 1)
    const from = below(lines.length)
    // In front of its own place, and right before it, the copy is the line that belongs there.
    const line = from === at ? at + 2 : at + 1
    return { what: `line ${from + 1} again`, bytes: joined(lines.toSpliced(at, 0, lines[from] ?? LF)), line }
  },
  'insert a line of somebody': (lines, below) => {
    const at = below(lines.length + 1)
    const texts = ['{}', 'hello', '{"timestamp":"x","event_type":"message.received","seq":1}', '\ufeff']
    const text = texts[below(texts.length)] ?? ''
    return {
      what: `inserted ${text}`,
      bytes: joined(lines.toSpliced(at, 0, Buffer.from(text))),
      line: at + 1,
    }
  },
  'swap two lines': (lines, below) => {
    const at = below(lines.length - 1)
    const other = at + 1 + below(lines.length - 1 - at)
    const swapped = lines.with(at, lines[other] ?? LF).with(other, lines[at] ?? LF)
    return { what: `swapped with line ${other + 1}`, bytes: joined(swapped), line: at + 1 }
  },
  'duplicate a line': (lines, below) => {
    const at = below(lines.length)
    return { what: 'twice', bytes: joined(lines.toSpliced(at, 0, lines[at] ?? LF)), line: at + 2 }
  },
  'append behind the hash': (lines, below) => {
    const at = below(lines.length)
    const more = [' ', ',', '}', '\t', '\r', '\0', '{}'][below(7)] ?? ''
    const line = Buffer.concat([lines[at] ?? LF, Buffer.from(more)])
    return {
      what: `with ${JSON.stringify(more)} behind it`,
      bytes: joined(lines.toSpliced(at, 1, line)),
      line: at + 1,
    }
  },
  'a blank line': (lines, below) => {
    const at = below(lines.length + 1)
    return { what: 'blank', bytes: joined(lines.toSpliced(at, 0, Buffer.alloc(0))), line: at + 1 }
  },
  'a byte order mark': (lines) => ({
    what: 'BOM',
    bytes: Buffer.concat([Buffer.from('\ufeff'), joined(lines)]),
    line: 1,
  }),
  'truncate inside a line': (lines, below) => {
    const at = below(lines.length)
    const kept = joined(lines.slice(0, at))
    const part = (lines[at] ?? LF).subarray(0, 1 + below((lines[at] ?? LF).length))
    return {
      what: `cut after ${part.length} bytes of line ${at + 1}`,
      bytes: Buffer.concat([kept, part]),
      line: null,
    }
  },
  'take a line feed out': (lines, below) => {
    const at = below(lines.length - 1)
    const merged = Buffer.concat([lines[at] ?? LF, lines[at + 1] ?? LF])
    return { what: 'merged with the next', bytes: joined(lines.toSpliced(at, 2, merged)), line: at + 1 }
  },
}

/** Whole lines, without their LF. */
function linesOf(journal: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < journal.length; from = journal.indexOf('\n', from) + 1) {
    lines.push(journal.subarray(from, journal.indexOf('\n', from)))
  }
  return lines
}

/** `count` mutants of a journal, of every kind in turn. */
export function* mutants(journal: Buffer, count: number, below: Below): Generator<Mutant> {
  const lines = linesOf(journal)
  const kinds = Object.entries(MUTATIONS)
  for (let index = 0; index < count; index += 1) {
    const [kind, mutate] = kinds[index % kinds.length] ?? []
    if (!kind || !mutate) return
    const mutant = mutate(lines, below)
    yield { ...mutant, what: `${kind}, line ${mutant.line}: ${mutant.what}` }
  }
}

/** A journal whose chain is right and which is not what was written: only heads that were kept elsewhere tell. */
export interface Forgery extends Mutant {
  /** Heads of the journal as it was, kept elsewhere. */
  heads: { seq: number; hash: string }[]
}

/** `count` forgeries of a journal of one chain: cut off at a line's end and written anew from a line on, in turn. */
export function* forgeries(journal: Buffer, count: number, below: Below): Generator<Forgery> {
  const lines = linesOf(journal)
  const hashes = lines.map((line) => line.toString('latin1').slice(-66, -2))
  for (let index = 0; index < count; index += 1) {
    const at = below(lines.length - 1)
    // One head behind the change at least, and others anywhere.
    const seqs = [at + 2 + below(lines.length - at - 1), 1 + below(lines.length), 1 + below(lines.length)]
    const heads = seqs.map((seq) => ({ seq, hash: hashes[seq - 1] ?? '' }))
    if (index % 2 === 0) {
      const bytes = joined(lines.slice(0, at + 1))
      yield { what: `cut off after line ${at + 1}`, bytes, line: at + 1, heads }
      continue
    }
    const body = (lines[at] ?? LF).subarray(0, -SUFFIX_CHARS).toString('utf8')
    // The milliseconds of its time.
    const other = body.replace(/(\d)Z"/, (_, digit: string) => `${(Number(digit) + 1) % 10}Z"`)
    const line = Math.min(...seqs.filter((seq) => seq > at))
    const bytes = resealed(lines, at, Buffer.from(other))
    yield { what: `written anew from line ${at + 1}, head ${line}`, bytes, line, heads }
  }
}
