/** Where things are kept that can be made again. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What is fetched or made once for a user: `$XDG_CACHE_HOME/orderscope`, else `~/.cache/orderscope`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  // The XDG specification ignores a relative path.
  const given = env['XDG_CACHE_HOME']
  return join(given?.startsWith('/') ? given : join(homedir(), '.cache'), 'orderscope')
}
