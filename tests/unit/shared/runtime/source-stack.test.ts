import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execaSync } from 'execa'
import { build } from 'rolldown'
import { expect, test } from 'vitest'
import { sourceStack } from '../../../../src/shared/runtime/source-stack.js'
import { tempDir } from '../../../support/temp-dir.js'

test('a stack of bundled code names the sources, with their lines', async () => {
  const folder = tempDir()
  const url = (name: string): string => pathToFileURL(join(folder, name)).href
  writeFileSync(
    join(folder, 'inner.ts'),
    "interface Gone {\n  a: 1\n}\nexport function inner(): Gone {\n  throw new Error('a bug')\n}\n",
  )
  writeFileSync(
    join(folder, 'outer.ts'),
    "import { inner } from './inner.ts'\n\nexport const outer = () => inner()\n",
  )
  await build({ input: join(folder, 'outer.ts'), output: { dir: join(folder, 'out'), sourcemap: true } })
  // In a process of its own: a test's own stacks name the sources anyway.
  const tell = `import('${url('out/outer.js')}').then(({ outer }) => outer()).catch(({ stack }) => console.log(stack))`
  const thrown = new Error('a bug')
  thrown.stack = execaSync(process.execPath, ['--eval', tell]).stdout
  const [message, first, second] = sourceStack(thrown).split('\n')
  expect(thrown.stack).toContain('out/outer.js:')
  expect(message).toBe('Error: a bug')
  expect(first).toContain(`inner (${url('inner.ts')}:5:`)
  expect(second).toContain(`outer (${url('outer.ts')}:3:`)
})

test('what has no map, or no stack, is told as it is', () => {
  const error = new Error('plain')
  error.stack = 'Error: plain\n    at run (file:///nowhere/dist/cli.js:10:5)\n    at node:internal/main:1:1'
  expect(sourceStack(error)).toBe(error.stack)
  expect(sourceStack('a text')).toBe('a text')
})
