/**
 * What makes a launcher build, and what makes it look: a change of any kind, and nothing else. The second launch looks
 * closely and remembers; from the third on one `find` tells whether anything was touched.
 */
import {
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { builtCheckout, type Checkout, inCheckout, launch, makeCheckout } from '../support/checkout.js'
import { folderWith } from '../support/search-path.js'
import { canTrace } from '../support/strace.js'
import { tempDir } from '../support/temp-dir.js'

const extra = ({ program }: Checkout): string => join(dirname(program), 'extra.ts')

/** The next launch does not look closely. */
async function settledCheckout(): Promise<Checkout> {
  const checkout = makeCheckout()
  writeFileSync(extra(checkout), 'export {}')
  await launch(inCheckout(checkout, 'orderscope'), [])
  await launch(inCheckout(checkout, 'orderscope'), [])
  expect(existsSync(inCheckout(checkout, '.orderscope/seen'))).toBe(true)
  return checkout
}

/** Programs that a launch begins, itself and what it becomes included. */
async function programsOf(checkout: Checkout): Promise<string[]> {
  const trace = join(tempDir(), 'trace')
  await launch('strace', ['-f', '-e', 'trace=execve', '-o', trace, inCheckout(checkout, 'orderscope')], {})
  const begun = [...readFileSync(trace, 'utf8').matchAll(/execve\("([^"]+)".* = 0$/gm)]
  return begun.map(([, path]) => basename(path!))
}

test.runIf(canTrace)(
  'where nothing has changed, all that is run before the program is one `find`',
  async () => {
    const checkout = await settledCheckout()
    expect(await programsOf(checkout)).toEqual(['orderscope', 'find', 'node'])
  },
)

/** Another text of the same length under the same name, size and date, as an unpacked archive may leave it. */
function putBack({ program }: Checkout): void {
  const { atime, mtime } = statSync(program)
  const other = join(tempDir(), 'other.ts')
  writeFileSync(other, readFileSync(program, 'utf8').replace('43', '44'))
  utimesSync(other, atime, mtime)
  renameSync(other, program)
}

function relink({ program, folder }: Checkout): void {
  const other = join(folder, 'other')
  cpSync(dirname(program), other, { recursive: true, preserveTimestamps: true })
  writeFileSync(join(other, 'cli.ts'), 'console.log("other")')
  utimesSync(join(other, 'cli.ts'), 1, 1)
  rmSync(dirname(program), { recursive: true })
  symlinkSync('other', dirname(program))
}

test.each([
  [
    'was changed and has an old date',
    ({ program }: Checkout) => {
      writeFileSync(program, `${readFileSync(program, 'utf8')}\nconsole.error('new')`)
      utimesSync(program, 1, 1)
    },
  ],
  ['was put back with its date', putBack],
  [
    'was added',
    (checkout: Checkout) => writeFileSync(join(dirname(checkout.program), 'more.ts'), 'export {}'),
  ],
  ['was deleted', (checkout: Checkout) => rmSync(extra(checkout))],
  ['is what a symbolic link has come to name', relink],
])('builds anew when a source %s', async (_, change) => {
  const checkout = await settledCheckout()
  change(checkout)
  expect((await launch(inCheckout(checkout, 'orderscope'), [])).stderr).toContain('orderscope: building')
  expect((await launch(inCheckout(checkout, 'orderscope'), [])).stderr).not.toContain('building')
})

test('a build that is gone is made again', async () => {
  const checkout = await settledCheckout()
  rmSync(inCheckout(checkout, 'dist'), { recursive: true })
  expect(await launch(inCheckout(checkout, 'orderscope'), [])).toMatchObject({
    exitCode: 0,
    stderr: 'orderscope: building',
  })
})

test('a command called `node` that chooses a Node by itself is asked each time', async () => {
  const checkout = await builtCheckout()
  const choosing = folderWith('node', `exec '${process.execPath}' "$@"`)
  const env = { PATH: `${choosing}:${process.env['PATH']}` }
  await launch(inCheckout(checkout, 'orderscope'), [], { env })
  expect(existsSync(inCheckout(checkout, '.orderscope/seen'))).toBe(false)
})

test('does not run an old build when the new one fails', async () => {
  const checkout = await builtCheckout()
  const good = readFileSync(checkout.program, 'utf8')
  writeFileSync(checkout.program, 'import "./nowhere.js"')
  const failed = await launch(inCheckout(checkout, 'orderscope'), [])
  expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
  expect(failed.stderr).toContain("Could not resolve './nowhere.js' in src/cli.ts")
  writeFileSync(checkout.program, good)
  expect(await launch(inCheckout(checkout, 'orderscope'), [])).toMatchObject({ exitCode: 0, stderr: '' })
})
