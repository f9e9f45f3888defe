/** Reads the terminal's input and tells what a person did; the only reader of it, so that Ink sees none of it. */
import type { ReadStream } from 'node:tty'
import { InputDecoder, type InputEvent } from './input-decoder.js'

/** What comes later than this after a lone ESC is not its sequence. */
const ESCAPE_MS = 40
/** A sequence of a terminal is complete by then, on the slowest line. */
const SEQUENCE_MS = 1000
/** A paste that pauses for so long has lost its end. */
const PASTE_MS = 2000

export interface Keyboard {
  /** Reads raw keys, or leaves the terminal to others. */
  setReading(isReading: boolean): void
}

/** `onInput` is called once for all that came together. */
export function openKeyboard(stdin: ReadStream, onInput: (events: InputEvent[]) => void): Keyboard {
  const decoder = new InputDecoder()
  let timer: NodeJS.Timeout | undefined
  let timedSequence = -1
  const tell = (events: InputEvent[]): void => {
    if (events.length > 0) onInput(events)
  }
  const expectMore = (): void => {
    const { pending, begun } = decoder
    // A sequence has its time from its beginning: what a person goes on typing must not prolong it.
    if (pending === 'sequence' && timedSequence === begun) return
    clearTimeout(timer)
    timedSequence = pending === 'sequence' ? begun : -1
    if (pending === null) return
    const waitMs = { escape: ESCAPE_MS, sequence: SEQUENCE_MS, paste: PASTE_MS }[pending]
    timer = setTimeout(() => {
      timedSequence = -1
      tell(decoder.flush())
    }, waitMs)
  }
  const onData = (bytes: Buffer): void => {
    const events = decoder.push(bytes)
    expectMore()
    tell(events)
  }
  return {
    setReading: (isReading) => {
      stdin.off('data', onData)
      clearTimeout(timer)
      decoder.flush()
      stdin.setRawMode(isReading)
      // Listening alone does not wake a stream that was put to sleep.
      if (isReading) stdin.on('data', onData).resume()
      else stdin.pause()
    },
  }
}
