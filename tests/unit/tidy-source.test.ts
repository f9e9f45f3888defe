/** What tidy.test.ts relies on: that a violation would be seen. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseSource } from '../support/source.js'
import { tempDir } from '../support/temp-dir.js'

test('imports of every kind, lengths of functions and the type any are seen', () => {
  const path = join(tempDir(), 'sample.ts')
  const body = Array(69).fill('  void 0').join('\n')
  writeFileSync(
    path,
    [
      "import { a } from './a.js'",
      "import type { B } from './b.js'",
      "import './c.js'",
      "export { d } from './d.js'",
      "export * from './e.js'",
      "const f = async () => (await import('./f.js')) as any",
      "type G = import('./g.js').G",
      `class Long {\n  method(): void {\n${body}\n  }\n}`,
      'console.log("import x from \'./text.js\'")',
    ].join('\n'),
  )
  const { imports, functions, anyLines } = parseSource(path)
  expect(imports).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.js`))
  expect(functions).toEqual([
    { name: 'f', line: 6, lines: 1 },
    { name: 'method', line: 9, lines: 71 },
  ])
  expect(anyLines).toEqual([6])
})
