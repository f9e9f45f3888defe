/** What the flags name: folders, pairs of files, and what cannot be meant. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labelsOf, watchedJournals } from '../../../src/monitor/journals.js'
import { tempDir } from '../../support/temp-dir.js'

/** Folders with empty files of these names in them. */
function folders(contents: Record<string, string[]>): Record<string, string> {
  const root = tempDir()
  return Object.fromEntries(
    Object.entries(contents).map(([name, files]) => {
      const dir = join(root, name)
      mkdirSync(dir)
      for (const file of files) writeFileSync(join(dir, file), '')
      return [name, dir]
    }),
  )
}

const labels = (args: Record<string, unknown>): string[] =>
  watchedJournals(args).journals.map(({ label }) => label)

test('a folder of several gives every journal that stands in it, or the one that is to come', () => {
  const { a, b, c } = folders({
    a: ['tracker-one.events', 'tracker-one.log', 'tracker-two.events.000001.zst', 'tracker.events.torn-2026'],
    b: ['tracker.events', 'tracker.events.lock', 'producer.log'],
    c: [],
  })
  const { journals } = watchedJournals({ dir: [a, b, c] })
  expect(journals).toMatchObject([
    { eventsFile: join(a!, 'tracker-one.events'), logFile: join(a!, 'tracker-one.log') },
    { eventsFile: join(a!, 'tracker-two.events'), logFile: join(a!, 'tracker-two.log') },
    { eventsFile: join(b!, 'tracker.events'), logFile: join(b!, 'tracker.log') },
    { eventsFile: join(c!, 'tracker.events'), logFile: join(c!, 'tracker.log') },
  ])
})

test('one folder means what it always did, whatever else stands in it', () => {
  const { a } = folders({ a: ['tracker-one.events'] })
  expect(watchedJournals({ dir: a }).journals).toMatchObject([{ eventsFile: join(a!, 'tracker.events') }])
})

test('pairs are taken in their order, relative ones from the folder', () => {
  const { a } = folders({ a: [] })
  const { journals } = watchedJournals({
    dir: a,
    events: ['x.events', '/b/y.events'],
    log: ['x.log', '/b/y.log'],
  })
  expect(journals).toEqual([
    { label: 'x', eventsFile: join(a!, 'x.events'), logFile: join(a!, 'x.log') },
    { label: 'y', eventsFile: '/b/y.events', logFile: '/b/y.log' },
  ])
})

test('the shortest names that differ are shown', () => {
  expect(labelsOf(['/a/tracker-one.events', '/b/tracker-two.events'])).toEqual(['one', 'two'])
  expect(labelsOf(['/srv/a/tracker.events', '/srv/b/tracker.events'])).toEqual(['a', 'b'])
  expect(labels({ dir: ['/srv/a/x', '/srv/b/x'] })).toHaveLength(2)
})

test.each([
  [{ events: ['a', 'b'], log: ['c'] }, '--events is given 2 times and --log 1 times; give one --log'],
  [{ events: ['a', 'b'] }, '--events is given 2 times and --log 0 times; give one --log'],
  [{ dir: ['a', 'b'], log: 'c' }, 'several --dir do not go with --events or --log'],
  [{ dir: ['a', './a'] }, 'is named twice; name each journal once'],
])('flags that do not go together say so: %j', (args, message) => {
  expect(() => watchedJournals(args)).toThrow(message)
})
