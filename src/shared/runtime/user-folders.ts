/** Where things of a user are kept that belong to no working directory, by the XDG base directory specification. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `<folder that a variable names, or one below home>/orderscope`. */
function userFolder(env: NodeJS.ProcessEnv, variable: string, belowHome: string): string {
  // The specification ignores a relative path.
  const given = env[variable]
  return join(given?.startsWith('/') ? given : join(homedir(), belowHome), 'orderscope')
}

/** What is fetched or made once and can be made again: `$XDG_CACHE_HOME/orderscope`, else `~/.cache/orderscope`. */
export const cacheFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  userFolder(env, 'XDG_CACHE_HOME', '.cache')

/** What a person writes to set a program up: `$XDG_CONFIG_HOME/orderscope`, else `~/.config/orderscope`. */
export const settingsFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  userFolder(env, 'XDG_CONFIG_HOME', '.config')

/** What a program remembers by itself: `$XDG_STATE_HOME/orderscope`, else `~/.local/state/orderscope`. */
export const memoryFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  userFolder(env, 'XDG_STATE_HOME', join('.local', 'state'))
