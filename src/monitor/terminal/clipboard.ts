/**
 * Puts a text where a person can paste it from, and says where that is.
 *
 * A terminal does not tell whether it took a text, so each way is only gone where it is known to work at all.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Terminals let go of longer ones; xterm's limit. */
const OSC_52_CHARS_MAX = 74_994
const TMUX_MS_MAX = 2000
/** Terminals without a clipboard. */
const BARE = new Set(['linux', 'dumb'])

export interface ClipboardWays {
  env: NodeJS.ProcessEnv
  /** Writes to the terminal. */
  write(text: string): void
}

/** @returns Where the text is now, as a sentence without a full stop. */
export async function copyText(text: string, { env, write }: ClipboardWays): Promise<string> {
  if (env['TMUX'] && (await loadTmuxBuffer(text)))
    return "copied to tmux's buffer, and its terminal's clipboard"
  const encoded = Buffer.from(text).toString('base64')
  const isTaken = encoded.length <= OSC_52_CHARS_MAX && !BARE.has(env['TERM'] ?? '')
  if (isTaken) {
    write(`\u001b]52;c;${encoded}\u0007`)
    return "sent to the terminal's clipboard (OSC 52)"
  }
  const path = join(mkdtempSync(join(tmpdir(), 'orderscope-')), 'copy.txt')
  writeFileSync(path, text, { mode: 0o600, flag: 'wx' })
  return `no clipboard here for ${text.length} characters; written to ${path}`
}

/** False where tmux is away, or too old to hand a buffer on. */
async function loadTmuxBuffer(text: string): Promise<boolean> {
  // So that the first screen does not wait for it.
  const { execa } = await import('execa')
  const { failed } = await execa('tmux', ['load-buffer', '-w', '-'], {
    input: text,
    timeout: TMUX_MS_MAX,
    reject: false,
  })
  return !failed
}
