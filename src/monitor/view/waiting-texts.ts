/** What is said where there is no journal yet, or none that can be read. */
import { escapeTerminalText } from '../../shared/runtime/terminal-text.js'
import type { FileStatus } from '../tail/file-follower.js'

/** Says what is missing and what to do about it. */
export function waitingTexts(file: FileStatus | null, path: string): [string, string] {
  const shown = escapeTerminalText(path)
  switch (file?.state) {
    case undefined:
      return [`opening ${shown}`, '']
    case 'missing':
      return [`waiting for ${shown}`, 'run ./start.sh in another terminal; it appears here by itself']
    case 'denied':
      return [
        `may not read ${shown}: ${file.problem ?? ''}`,
        'run the monitor as the user that runs the tracker',
      ]
    case 'unreadable':
      return [`cannot read ${shown}: ${file.problem ?? ''}`, '']
    case 'open':
      return file.behindBytes > 0
        ? [`reading ${shown}`, '']
        : [`${shown} is empty`, 'its first line appears here by itself']
  }
}
