import { expect, test } from 'vitest'
import { openPrompt } from '../../../../src/monitor/model/prompt.js'
import { promptPieces } from '../../../../src/monitor/view/prompt-line.js'
import { busyState } from '../../../support/monitor-state.js'

const line = (text: string, cursor: number, columns = 80): string => {
  const state = busyState()
  const shown = { ...state, view: { ...state.view, columns } }
  return promptPieces({ ...openPrompt('filter'), text, cursor }, shown)
    .map((piece) => piece.text)
    .join('')
}

test('the cursor stands at the end, or between two signs', () => {
  expect(line('size > 5', 8)).toMatch(/^ &size > 5_ +expression, Enter searches the journal, Esc leaves $/)
  expect(line('size > 5', 5)).toMatch(/^ &size ▏> 5 /)
})

test('what is wrong with a text stands behind it, with room of its own', () => {
  expect(line('order.totl > 5', 14)).toContain(
    '_  the filter is wrong at character 7: order has no field totl',
  )
  const long = line(`${'order.total > 5 && '.repeat(8)}order.totl > 5`, 150)
  expect(long.indexOf('the filter is wrong')).toBeLessThanOrEqual(42)
})

test('of a text that is longer than the line, what is around the cursor is shown', () => {
  const text = Array.from({ length: 30 }, (_, index) => `a${index}`).join('+')
  expect(line(text, text.length, 60)).toMatch(/^ &….*a28\+a29_/)
  expect(line(text, 0, 60)).toMatch(/^ &▏a0\+a1/)
  expect(line(text, text.indexOf('a15'), 60)).toMatch(/a14\+▏a15/)
})
