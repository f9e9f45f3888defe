/** What a test of the sources themselves needs to know of them, from their syntax tree. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAst } from 'vitest/node'

/** The checkout, without a slash at its end. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export interface SourceFunction {
  /** The name it was given or kept under, else `anonymous`. */
  name: string
  /** Where it begins, from 1. */
  line: number
  lines: number
}

export interface Source {
  /** What static, type, dynamic and re-exporting imports name. */
  imports: string[]
  functions: SourceFunction[]
  /** Lines with the type `any`. */
  anyLines: number[]
}

/** As much of a syntax tree (ESTree) as is looked at. */
interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const IMPORTS = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

const parsed = new Map<string, Source>()

/** Reads a source once; throws where it does not parse. */
export function parseSource(path: string): Source {
  const known = parsed.get(path)
  if (known) return known
  const text = readFileSync(path, 'utf8')
  const source: Source = { imports: [], functions: [], anyLines: [] }
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const visit = (node: Node, name: string): void => {
    if (IMPORTS.has(node.type)) source.imports.push(...specifierOf(node))
    if (node.type === 'TSAnyKeyword') source.anyLines.push(lineAt(node.start))
    if (FUNCTIONS.has(node.type)) {
      const line = lineAt(node.start)
      const lines = lineAt(node.end) - line + 1
      source.functions.push({ name: nameOf(node) ?? name, line, lines })
    }
    for (const child of childrenOf(node)) visit(child, nameOf(node) ?? 'anonymous')
  }
  visit(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }, path) as unknown as Node, 'module')
  parsed.set(path, source)
  return source
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode)

function specifierOf(node: Node): string[] {
  const source = (node['source'] ?? node['argument']) as {
    value?: unknown
    literal?: { value?: unknown }
  } | null
  const value = source?.value ?? source?.literal?.value
  return typeof value === 'string' ? [value] : []
}

/** The name of a function, a variable, a method or a property. */
function nameOf(node: Node): string | null {
  const named = (node['id'] ?? node['key']) as { name?: string } | null | undefined
  return named?.name ?? null
}
