/** Single modules of the program, bundled as the program is, for rows that measure less than a command. */
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'rolldown'
import config from '../rolldown.config.js'
import { projectFolder } from '../src/lifecycle/folders.js'

/**
 * Bundles modules into a folder.
 *
 * @param paths Relative to the checkout, with names that differ.
 * @returns The URL to import each by.
 */
export async function bundled(folder: string, ...paths: string[]): Promise<string[]> {
  const input = paths.map((path) => join(projectFolder, path))
  await build({ ...config, input, output: { ...config.output, dir: folder } })
  return paths.map((path) => pathToFileURL(join(folder, basename(path).replace(/\.ts$/, '.js'))).href)
}
