import { expect, test } from 'vitest'
import { notEvaluatedText } from '../../../../src/shared/filter/not-evaluated.js'

test('one record is one, several are several', () => {
  expect(notEvaluatedText(1)).toBe('the filter could not be evaluated on 1 record, which was not printed')
  expect(notEvaluatedText(16)).toBe(
    'the filter could not be evaluated on 16 records; none of them was printed',
  )
})
