import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import wabt from 'wabt'
import { projectFolder } from '../../../../src/lifecycle/folders.js'
import { JSON_WALK_CODE } from '../../../../src/shared/contract/json-walk.js'
import { PACKED_BODY_CODE } from '../../../../src/shared/journal/packed-body.js'

test.each([
  ['contract/json-walk.wat', JSON_WALK_CODE],
  ['journal/packed-body.wat', PACKED_BODY_CODE],
])('the code that runs is what its source assembles to: %s', async (path, code) => {
  const { parseWat } = await wabt()
  const source = readFileSync(join(projectFolder, 'src/shared', path), 'utf8')
  const { buffer } = parseWat(path, source).toBinary({})
  expect(code).toBe(Buffer.from(buffer).toString('base64'))
})
