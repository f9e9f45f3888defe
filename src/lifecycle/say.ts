/** Progress for the person who waits; on stderr, because stdout is for the result. */

export type Say = (line: string) => void

/** Lines with the command's name in front. */
export const sayAs =
  (command: string): Say =>
  (line) =>
    void process.stderr.write(`[${command}] ${line}\n`)
