/** Progress for the person who waits; on stderr, because stdout is for the result. */
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'

export type Say = (line: string) => void

/** Lines with the command's name in front; they may quote what stands in files, so nothing in them acts on a terminal. */
export const sayAs =
  (command: string): Say =>
  (line) =>
    void process.stderr.write(`[${command}] ${escapeTerminalText(line)}\n`)
