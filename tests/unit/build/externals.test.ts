import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import config from '../../../rolldown.config.js'
import { projectFolder } from '../../../src/lifecycle/folders.js'

const manifest = (...path: string[]): Record<string, unknown> =>
  JSON.parse(readFileSync(join(projectFolder, ...path, 'package.json'), 'utf8')) as Record<string, unknown>

test('every dependency with native code stays outside of the bundle, which cannot hold it', () => {
  const dependencies = Object.keys(manifest()['dependencies'] as object)
  const native = dependencies.filter((name) => manifest('node_modules', name)['napi'] !== undefined)
  expect(native.length).toBeGreaterThan(0)
  const external = [config].flat().flatMap((each) => each.external)
  expect(native.filter((name) => !external.includes(name))).toEqual([])
})
