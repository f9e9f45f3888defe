/**
 * Bundles the program into `dist`: `cli.js`, a script for each thread, and what they share or load later in chunks.
 *
 * A process then reads a few files where it read hundreds. Nothing is minified, and chunks keep their names from one
 * build to the next, so that stacks can be read and a process that runs while `dist` is made anew finds its own.
 */
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'rolldown'

const sources = fileURLToPath(new URL('src/', import.meta.url))

/** `src/tracker/judging/worker.ts` becomes `dist/tracker/judging/worker.js`. */
const nameOf = (path: string): string => relative(sources, path).replace(/\.tsx?$/, '')

/** How our sources name the script of a thread; without a path it is the module itself. */
const SCRIPT_URL = /new URL\((?:'(\.[^']+)\.js', )?import\.meta\.url\)/g

/** Makes a script of its own of each module that is started by its URL rather than imported, and corrects the URL. */
const threadScripts: Plugin = {
  name: 'thread-scripts',
  transform(code, id) {
    if (!id.startsWith(sources)) return null
    const changed = code.replace(SCRIPT_URL, (_, path?: string) => {
      const source = path ? join(dirname(id), `${path}.ts`) : id
      const script = this.emitFile({ type: 'chunk', id: source, name: nameOf(source) })
      return `new URL(import.meta.ROLLUP_FILE_URL_${script})`
    })
    return changed === code ? null : { code: changed, map: null }
  },
}

/**
 * Measures the help, which is plain text, by its characters. What yargs brings for that makes a segmenter of texts and
 * two expressions over all emoji, 30 ms of processor time.
 */
const plainHelp: Plugin = {
  name: 'plain-help',
  resolveId: (specifier, importer = '') =>
    specifier === 'string-width' && /\/node_modules\/(cliui|yargs)\//.test(importer) ? 'plain-width' : null,
  load: (id) => (id === 'plain-width' ? PLAIN_WIDTH : null),
}

const PLAIN_WIDTH = `import { stripVTControlCharacters } from 'node:util'
export default (text) => stripVTControlCharacters(text).length`

/** Ink's layout fetches the bytes that it holds itself, and with that loads Node's whole HTTP client, 80 ms. */
const noFetch: Plugin = {
  name: 'no-fetch',
  transform: (code, id) =>
    id.endsWith('/yoga-wasm-base64-esm.js')
      ? { code: code.replaceAll('typeof fetch', '"none"'), map: null }
      : null,
}

/**
 * Loads when a text is first measured or segmented what nearly all texts are measured without: the tables behind a
 * segmenter and behind the expressions over all emoji take 15 ms each.
 */
const lateTables: Plugin = {
  name: 'late-tables',
  resolveId: (specifier, importer = '') =>
    specifier === 'string-width' && importer !== 'late-width' ? 'late-width' : null,
  load: (id) => (id === 'late-width' ? LATE_WIDTH : null),
  transform(code) {
    const changed = code.replace(
      MODULE_SEGMENTER,
      (_, name: string, made: string) =>
        `let ${name}Made; const ${name} = { segment: (text) => (${name}Made ??= ${made}).segment(text) }`,
    )
    return changed === code ? null : { code: changed, map: null }
  },
}

/** What is required is evaluated when that is asked for. */
const LATE_WIDTH = `let width
export default (text, options) => (width ??= require('string-width').default)(text, options)`

/** The segmenter of a module, of which nothing but `segment` is used. */
const MODULE_SEGMENTER = /^const (\w+) = (new Intl\.Segmenter\([^()]*\))/gm

export default defineConfig({
  input: { cli: 'src/cli.ts' },
  platform: 'node',
  // kafkajs is repaired in the cache of required modules; the others are native, or asked for by a developer of Ink.
  external: [/^kafkajs(\/|$)/, 'snappy', 'lz4-napi', '@node-rs/crc32', 'react-devtools-core'],
  // React's development build keeps a record of every render.
  transform: { target: 'es2024', define: { 'process.env.NODE_ENV': '"production"' } },
  plugins: [threadScripts, plainHelp, noFetch, lateTables],
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    minifyInternalExports: false,
    entryFileNames: '[name].js',
    chunkFileNames: ({ facadeModuleId }) =>
      facadeModuleId?.startsWith(sources) ? `${nameOf(facadeModuleId)}.js` : 'chunks/[name].js',
  },
})
