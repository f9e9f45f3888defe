/** What a terminal is switched to while the screen is shown, and back. */

export const BELL = '\u0007'
/** Pastes come marked as such. */
export const PASTE_ON = '\u001b[?2004h'
export const PASTE_OFF = '\u001b[?2004l'
/** Buttons and wheel are reported, in the form that knows no limit of columns. */
export const MOUSE_ON = '\u001b[?1000h\u001b[?1006h'
export const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l'
export const CURSOR_HIDE = '\u001b[?25l'
export const ALTERNATE_ENTER = '\u001b[?1049h'
/** Cursor home, erase all below. */
export const BLANK_PAGE = '\u001b[H\u001b[J'
/** What was switched on where lines are written below each other, back as a shell wants it. */
export const RESTORE_LINES = MOUSE_OFF + PASTE_OFF
/** What is written between them is shown at once. */
export const SYNC_BEGIN = '\u001b[?2026h'
export const SYNC_END = '\u001b[?2026l'
/** The screen of the shell again, with a cursor. */
export const RESTORE_SCREEN = '\u001b[?1049l\u001b[?25h'
/** Everything back as a shell wants it: synchronised output ended, mouse and pastes as before, cursor shown. */
export const RESTORE = SYNC_END + MOUSE_OFF + PASTE_OFF + RESTORE_SCREEN
