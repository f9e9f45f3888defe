/**
 * Bytes of a terminal made into keys, pastes and mouse events.
 *
 * What a terminal says by itself (replies, focus, sequences nobody knows) never becomes a key. A sequence may be
 * torn anywhere between two reads; what has begun and does not go on is decided by {@link InputDecoder.flush}.
 */
import { StringDecoder } from 'node:string_decoder'
import { type InputEvent, keyOfControl, sequenceEvent, ss3Key } from './key-sequences.js'

export type { InputEvent } from './key-sequences.js'

/** Longest text that a paste gives, in UTF-16 units; the rest of it is let go. */
export const PASTE_UNITS_MAX = 64 * 1024
/** A control sequence with more parameters than this is none that a terminal sends. */
const PARAMETER_UNITS_MAX = 64
const PASTE_END = '\u001b[201~'
const ESC = '\u001b'
const BEL = '\u0007'

/**
 * What has begun: after ESC, in a control sequence, in a text of the terminal's own, in a paste; `sign` skips signs
 * of a sequence whose length is fixed.
 */
type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'string' | 'stringEscape' | 'sign' | 'paste'

export class InputDecoder {
  readonly #utf8 = new StringDecoder('utf8')
  #state: State = 'ground'
  /** Parameters of the sequence, or the text of the paste. */
  #held = ''
  /** The last signs of the paste, of which the mark of its end may be made. */
  #tail = ''
  /** Signs still to be skipped. */
  #skip = 0
  #events: InputEvent[] = []
  #begun = 0

  /** What is unfinished: a lone ESC, a sequence, a paste; null where nothing is. */
  get pending(): 'escape' | 'sequence' | 'paste' | null {
    if (this.#state === 'ground') return null
    if (this.#state === 'escape') return 'escape'
    return this.#state === 'paste' ? 'paste' : 'sequence'
  }

  /** Counts the sequences that were begun, so that one can be told from the next. */
  get begun(): number {
    return this.#begun
  }

  push(bytes: Uint8Array): InputEvent[] {
    for (const sign of this.#utf8.write(bytes)) this.#take(sign)
    return this.#taken()
  }

  /** Nothing has come for a while: a lone ESC was the key, a sequence is given up, a paste is at its end. */
  flush(): InputEvent[] {
    if (this.#state === 'escape') this.#key('escape')
    if (this.#state === 'paste') this.#endPaste(this.#held)
    this.#state = 'ground'
    return this.#taken()
  }

  #taken(): InputEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #key(key: string): void {
    this.#events.push({ type: 'key', key })
  }

  #take(sign: string): void {
    switch (this.#state) {
      case 'ground':
        this.#ground(sign)
        break
      case 'escape':
        this.#escape(sign)
        break
      case 'csi':
        this.#csi(sign)
        break
      case 'ss3':
        this.#ss3(sign)
        break
      case 'string':
        this.#string(sign)
        break
      case 'stringEscape':
        this.#state = 'ground'
        // ESC and a backslash end the text; anything else is a sequence that cuts it short.
        if (sign !== '\\') this.#escape(sign)
        break
      case 'sign':
        this.#skip -= 1
        if (this.#skip === 0) this.#state = 'ground'
        break
      case 'paste':
        this.#paste(sign)
        break
    }
  }

  #ground(sign: string): void {
    if (sign === ESC) {
      this.#begun += 1
      this.#state = 'escape'
      return
    }
    const key = keyOfControl(sign)
    if (key !== null) this.#key(key)
  }

  #escape(sign: string): void {
    this.#held = ''
    this.#state = 'ground'
    if (sign === '[') this.#state = 'csi'
    else if (sign === 'O') this.#state = 'ss3'
    else if (']PX^_'.includes(sign)) this.#state = 'string'
    else if (sign === ESC) {
      this.#key('escape')
      this.#ground(sign)
    } else {
      const key = keyOfControl(sign)
      // Nobody means Alt-Ctrl-C: these are two keys, one right after the other.
      if (key?.startsWith('ctrl+')) this.#key('escape')
      if (key !== null) this.#key(sign < ' ' ? key : `alt+${key}`)
    }
  }

  #csi(sign: string): void {
    if (sign < ' ' || sign > '~') {
      this.#broken(sign)
      return
    }
    // The function keys of a bare console, and mouse reports of old: signs without an end of their own.
    if (this.#held === '' && (sign === '[' || sign === 'M')) {
      this.#state = 'sign'
      this.#skip = sign === '[' ? 1 : 3
      return
    }
    if (sign < '@') {
      this.#held += sign
      if (this.#held.length > PARAMETER_UNITS_MAX) this.#state = 'ground'
      return
    }
    const parameters = this.#held
    this.#state = 'ground'
    this.#held = ''
    if (sign === '~' && parameters === '200') {
      this.#state = 'paste'
      return
    }
    const event = sequenceEvent(parameters, sign)
    if (event) this.#events.push(event)
  }

  #ss3(sign: string): void {
    if (sign < ' ' || sign > '~') {
      this.#broken(sign)
      return
    }
    this.#state = 'ground'
    const key = ss3Key(sign)
    if (key !== null) this.#key(key)
  }

  #string(sign: string): void {
    if (sign === BEL) this.#state = 'ground'
    else if (sign === ESC) this.#state = 'stringEscape'
    else if (sign < ' ') this.#broken(sign)
  }

  /** A sequence that is cut short by something that stands in none: that is heard. */
  #broken(sign: string): void {
    this.#state = 'ground'
    this.#ground(sign)
  }

  #paste(sign: string): void {
    // Room for the mark of the end behind the longest text.
    if (this.#held.length < PASTE_UNITS_MAX + PASTE_END.length) this.#held += sign
    this.#tail = (this.#tail + sign).slice(-PASTE_END.length)
    if (this.#tail !== PASTE_END) return
    const isWhole = this.#held.endsWith(PASTE_END)
    this.#endPaste(isWhole ? this.#held.slice(0, -PASTE_END.length) : this.#held)
    this.#state = 'ground'
  }

  #endPaste(text: string): void {
    this.#events.push({ type: 'paste', text: text.slice(0, PASTE_UNITS_MAX) })
    this.#held = ''
    this.#tail = ''
  }
}
