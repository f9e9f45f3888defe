/**
 * Goal: the house stays as docs/architecture.md describes it: who may import whom, how long things may get, what must
 * not be left behind.
 * Method: every source is parsed; an exception is a line in a table here, with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSource, projectFolder, type SourceFunction } from '../support/source.js'

/** Each part of the house and the parts it may import; itself always. */
const MAY_IMPORT: Record<string, string[]> = {
  'shared/contract': [],
  'shared/runtime': ['shared/contract'],
  'shared/journal': ['shared/contract', 'shared/runtime'],
  'shared/kafka': ['shared/contract', 'shared/runtime'],
  'shared/filter': ['shared/contract', 'shared/runtime'],
  producer: ['shared/contract', 'shared/runtime', 'shared/kafka'],
  tracker: ['shared/contract', 'shared/runtime', 'shared/kafka', 'shared/journal'],
  // Must work with the broker dead.
  monitor: ['shared/contract', 'shared/runtime', 'shared/journal', 'shared/filter'],
  follow: ['shared/contract', 'shared/runtime', 'shared/kafka', 'shared/filter'],
  // Kafka only for heads that are kept in a topic, and imported only then.
  journal: ['shared/contract', 'shared/runtime', 'shared/journal', 'shared/filter', 'shared/kafka'],
  dlq: ['shared/contract', 'shared/runtime', 'shared/kafka'],
  lifecycle: ['shared/contract', 'shared/runtime', 'shared/kafka', 'shared/journal'],
  'cli.ts': ['shared/runtime', 'producer', 'tracker', 'monitor', 'follow', 'journal', 'dlq', 'lifecycle'],
}

/** Packages that only some parts may import. */
const PACKAGE_OF: Record<string, string[]> = {
  kafkajs: ['shared/kafka'],
  typebox: ['shared/contract'],
  '@marcbachmann/cel-js': ['shared/filter'],
  pino: ['shared/runtime'],
  yaml: ['shared/runtime'],
  chokidar: ['monitor'],
  ink: ['monitor'],
  'ink-table': ['monitor'],
  react: ['monitor'],
}

/** What is pure stays pure: no packages, no files, no clock. */
const PURE = ['monitor/model', 'shared/contract']
const PURE_MAY_IMPORT: Record<string, string[]> = {
  // The validator, and whether bytes are UTF-8.
  'shared/contract': ['typebox/schema', 'node:buffer'],
}
const IMPURE = /\/runtime\/(files|logger|log-file|shutdown|process-identity|run-state|config\/)/

const FILE_LINES_MAX = 300
const FUNCTION_LINES_MAX = 70

/** `path` or `path:function` and why it may be larger. */
const EXCEPTIONS = new Map<string, string>([])

const TEXT = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.js',
  '.json',
  '.md',
  '.sh',
  '.yaml',
  '.yml',
  '.xml',
  '.properties',
  '',
])
const NOT_OURS = new Set([
  'node_modules',
  'dist',
  'coverage',
  '.git',
  '.orderscope',
  '.vitest',
  'results',
  'package-lock.json',
])

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

const nameOf = (path: string): string => relative(projectFolder, path).split(sep).join('/')
const textOf = (path: string): string => readFileSync(path, 'utf8')
const sourcesIn = (folder: string): string[] =>
  filesBelow(join(projectFolder, folder)).filter((path) => /\.(ts|tsx|mjs)$/.test(path))

const sources = sourcesIn('src')
const tests = sourcesIn('tests')
/** Every file of the project that people read. */
const texts = filesBelow(projectFolder).filter((path) => TEXT.has(extname(path)))

/** The part of the house that a source belongs to, or null outside of it. */
function partOf(path: string): string | null {
  const name = nameOf(path)
  if (!name.startsWith('src/')) return null
  const [first = '', second = ''] = name.slice('src/'.length).split('/')
  return first === 'shared' ? `shared/${second}` : first
}

/** Where a relative import leads, as a path. */
const targetOf = (from: string, specifier: string): string => join(from, '..', specifier)

const isRelative = (specifier: string): boolean => specifier.startsWith('.')

/** The package of a specifier, its scope included. */
const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

interface Import {
  path: string
  specifier: string
}

const importsOf = (paths: string[]): Import[] =>
  paths.flatMap((path) => parseSource(path).imports.map((specifier) => ({ path, specifier })))

const says = ({ path, specifier }: Import): string => `${nameOf(path)} imports ${specifier}`

/** Lines that match, as `file:line`. */
const found = (paths: string[], pattern: RegExp): string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${nameOf(path)}:${index + 1}: ${line.trim()}`] : [])),
  )

describe('borders', () => {
  const imports = importsOf(sources)

  test('every part of the house is in the table', () => {
    const parts = new Set(sources.map((path) => partOf(path) ?? ''))
    expect([...parts].filter((part) => !(part in MAY_IMPORT))).toEqual([])
    expect(imports.length).toBeGreaterThan(100)
  })

  test('each part imports only what the table allows', () => {
    const wrong = imports.filter(({ path, specifier }) => {
      if (!isRelative(specifier)) return false
      const [from, to] = [partOf(path) ?? '', partOf(targetOf(path, specifier)) ?? 'outside of src']
      return from !== to && !MAY_IMPORT[from]?.includes(to)
    })
    expect(wrong.map(says)).toEqual([])
  })

  test('a package that belongs to a part is imported there alone', () => {
    const wrong = imports.filter(({ path, specifier }) => {
      const parts = isRelative(specifier) ? undefined : PACKAGE_OF[packageOf(specifier)]
      return parts !== undefined && !parts.includes(partOf(path) ?? '')
    })
    expect(wrong.map(says)).toEqual([])
  })

  test('what is pure imports neither packages nor the system', () => {
    const wrong = imports.filter(({ path, specifier }) => {
      const folder = PURE.find((each) => nameOf(path).startsWith(`src/${each}/`))
      if (folder === undefined) return false
      if (isRelative(specifier)) return IMPURE.test(specifier)
      return !PURE_MAY_IMPORT[folder]?.includes(specifier)
    })
    expect(wrong.map(says)).toEqual([])
  })

  test('what is pure asks no clock: time is handed in', () => {
    const pure = sources.filter((path) => PURE.some((each) => nameOf(path).startsWith(`src/${each}/`)))
    expect(
      found(pure, /\bsystemClock\b|\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bprocess\./),
    ).toEqual([])
  })

  test('no source imports a test', () => {
    expect(imports.filter(({ specifier }) => /(^|\/)tests\//.test(specifier)).map(says)).toEqual([])
  })

  test('relative imports say the ending that Node needs', () => {
    const wrong = importsOf([...sources, ...tests]).filter(
      ({ specifier }) => isRelative(specifier) && !/\.(js|mjs|json)$/.test(specifier),
    )
    expect(wrong.map(says)).toEqual([])
  })
})

describe('budgets', () => {
  const lengthOf = (path: string): number => textOf(path).trimEnd().split('\n').length

  test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = [...sources, ...tests].filter((path) => lengthOf(path) > FILE_LINES_MAX)
    expect(
      long
        .filter((path) => !EXCEPTIONS.has(nameOf(path)))
        .map((path) => `${nameOf(path)}: ${lengthOf(path)}`),
    ).toEqual([])
  })

  const helpers = tests.filter((path) => nameOf(path).startsWith('tests/support/'))
  const functions = [...sources, ...helpers].flatMap((path) =>
    parseSource(path).functions.map((each) => ({ ...each, place: `${nameOf(path)}:${each.name}` })),
  )
  const tooBig = (isTooBig: (each: SourceFunction) => boolean): string[] =>
    functions
      .filter((each) => isTooBig(each) && !EXCEPTIONS.has(each.place))
      .map(({ place, line, lines }) => `${place} (line ${line}): ${lines} lines`)

  test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
    expect(functions.length).toBeGreaterThan(300)
    expect(tooBig(({ lines }) => lines > FUNCTION_LINES_MAX)).toEqual([])
  })

  test('every exception is still needed', () => {
    const places = new Set([
      ...[...sources, ...tests].filter((path) => lengthOf(path) > FILE_LINES_MAX).map(nameOf),
      ...functions.filter(({ lines }) => lines > FUNCTION_LINES_MAX).map(({ place }) => place),
    ])
    expect([...EXCEPTIONS.keys()].filter((place) => !places.has(place))).toEqual([])
  })
})

describe('leftovers', () => {
  // Patterns are put together, so that this file does not match itself.

  test('nothing is typed any', () => {
    const typed = [...sources, ...tests].flatMap((path) =>
      parseSource(path).anyLines.map((line) => `${nameOf(path)}:${line}`),
    )
    expect(typed).toEqual([])
  })

  test('nothing is printed past the streams that commands answer on', () => {
    expect(found(sources, new RegExp(`\\b${'cons'}ole\\.`))).toEqual([])
  })

  test('no test is left alone or left out', () => {
    expect(
      found(tests, new RegExp(`\\b(test|it|describe)(\\.\\w+)*\\.(${'on'}ly|to${'do'}|ski${'p'})\\b`)),
    ).toEqual([])
  })

  test('no work is left for later', () => {
    expect(found(texts, new RegExp(`\\b(TO${'DO'}|FIX${'ME'}|XX${'X'}|HA${'CK'})\\b`))).toEqual([])
  })

  test('a lint rule is switched off with a reason, the type checker never', () => {
    const all = [...sources, ...tests]
    expect(found(all, new RegExp(`biome-${'ignore'}(?! [\\w/]+: \\w+ \\w+)`))).toEqual([])
    expect(found(all, new RegExp(`@ts-(${'ignore'}|nocheck|expect-error)`))).toEqual([])
  })

  test('nothing names a place of one machine', () => {
    expect(found(texts, new RegExp(`(^|[^\\w.])/(wo${'rk'}|ro${'ot'}|Use${'rs'}|ho${'me'})/\\w`))).toEqual([])
  })
})

describe('modules', () => {
  test('every source says in its head what it is for', () => {
    expect(sources.filter((path) => !textOf(path).startsWith('/**')).map(nameOf)).toEqual([])
  })

  test('file names are kebab-case', () => {
    const wrong = [...sources, ...tests].filter(
      (path) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(nameOf(path).split('/').at(-1) ?? ''),
    )
    expect(wrong.map(nameOf)).toEqual([])
  })

  test('every package is pinned to one version, and docs/architecture.md says what those at run time are for', () => {
    const { dependencies, devDependencies } = JSON.parse(
      textOf(join(projectFolder, 'package.json')),
    ) as Record<string, Record<string, string>>
    const all = Object.entries({ ...dependencies, ...devDependencies })
    expect(all.filter(([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([])
    const architecture = textOf(join(projectFolder, 'docs', 'architecture.md'))
    const untold = Object.keys(dependencies ?? {}).filter(
      (name) => !new RegExp(`(?<![\\w@/])${name}\\b`).test(architecture),
    )
    expect(untold).toEqual([])
  })
})
