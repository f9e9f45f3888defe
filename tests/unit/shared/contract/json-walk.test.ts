import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import wabt from 'wabt'
import { projectFolder } from '../../../../src/lifecycle/folders.js'
import { JSON_WALK_CODE } from '../../../../src/shared/contract/json-walk.js'

test('the code that runs is what its source assembles to', async () => {
  const { parseWat } = await wabt()
  const source = readFileSync(join(projectFolder, 'src/shared/contract/json-walk.wat'), 'utf8')
  const { buffer } = parseWat('json-walk.wat', source).toBinary({})
  expect(JSON_WALK_CODE).toBe(Buffer.from(buffer).toString('base64'))
})
