/**
 * The terminal while the screen is shown: raw keys, marked pastes, the mouse where it is wanted, and going to sleep
 * and coming back as a job of a shell.
 */
import type { InputEvent } from './input-decoder.js'
import { openKeyboard } from './keyboard.js'
import {
  ALTERNATE_ENTER,
  BELL,
  CURSOR_HIDE,
  MOUSE_OFF,
  MOUSE_ON,
  PASTE_OFF,
  PASTE_ON,
  RESTORE,
  RESTORE_LINES,
} from './modes.js'

/** A frame that was begun is written by then. */
const LAST_FRAME_MS = 40
/** Where nobody could wake us, the system does not put us to sleep; then we go on. */
const AWAKE_MS = 200

export interface TerminalSession {
  /** Nothing may be drawn: the terminal belongs to the shell. */
  readonly isSuspended: boolean
  setMouse(isOn: boolean): void
  /** Rings unless the terminal is the shell's. */
  ring(): void
  /** Gives the terminal to the shell and sleeps until it is given back. */
  suspend(): void
  close(): void
}

export interface SessionOptions {
  /** The alternate screen is ours and no cursor is shown; else lines are written below each other. */
  isFullScreen: boolean
  /** Called once for all that came together. */
  onInput(events: InputEvent[]): void
  /** The terminal is ours again and shows something else. */
  onResume(): void
}

export function openTerminal({ isFullScreen, onInput, onResume }: SessionOptions): TerminalSession {
  const { stdin, stdout } = process
  const keyboard = openKeyboard(stdin, onInput)
  let isSuspended = false
  let isMouseOn = false
  let timer: NodeJS.Timeout | undefined

  const modes = (): string => PASTE_ON + (isMouseOn ? MOUSE_ON : '')
  const sleep = (): void => {
    keyboard.setReading(false)
    stdout.write(isFullScreen ? RESTORE : RESTORE_LINES)
    process.off('SIGTSTP', suspend)
    process.kill(0, 'SIGTSTP')
    timer = setTimeout(resume, AWAKE_MS)
  }
  const suspend = (): void => {
    if (isSuspended) return
    isSuspended = true
    timer = setTimeout(sleep, LAST_FRAME_MS)
  }
  // Also after a stop that nobody announced: the shell has changed the terminal meanwhile.
  const resume = (): void => {
    clearTimeout(timer)
    isSuspended = false
    process.off('SIGTSTP', suspend).on('SIGTSTP', suspend)
    keyboard.setReading(true)
    stdout.write((isFullScreen ? ALTERNATE_ENTER + CURSOR_HIDE : '') + modes())
    onResume()
  }

  process.on('SIGTSTP', suspend).on('SIGCONT', resume)
  keyboard.setReading(true)
  stdout.write(modes())
  return {
    get isSuspended() {
      return isSuspended
    },
    setMouse: (isOn) => {
      isMouseOn = isOn
      stdout.write(isOn ? MOUSE_ON : MOUSE_OFF)
    },
    ring: () => {
      if (!isSuspended) stdout.write(BELL)
    },
    suspend,
    close: () => {
      clearTimeout(timer)
      process.off('SIGTSTP', suspend).off('SIGCONT', resume)
      keyboard.setReading(false)
      stdout.write((isMouseOn ? MOUSE_OFF : '') + PASTE_OFF)
    },
  }
}
