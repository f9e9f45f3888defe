/**
 * A checkout with the real launchers, the real lockfile and the installed packages of this one, and a small program in
 * place of ours: what is tested is how it is found, built and started.
 */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { projectFolder } from '../../src/lifecycle/folders.js'
import { cleanEnv } from './cli.js'
import { tempDir } from './temp-dir.js'

export interface Checkout {
  folder: string
  /** The source of the program; it prints what it was started with, as JSON. */
  program: string
}

const PROGRAM = `
const [, , ...args] = process.argv
process.on('SIGTERM', () => process.exit(43))
console.log(JSON.stringify({ args, pid: process.pid, node: process.execPath, cwd: process.cwd() }))
if (args[0] === 'exit') process.exit(Number(args[1]))
if (args[0] === 'stay') setInterval(() => {}, 1000)
`

const TSCONFIG = {
  compilerOptions: { target: 'ES2024', module: 'NodeNext', types: ['node'] },
  include: ['src'],
}

/** Makes the checkout in a folder of the test's own; nothing is built in it yet. */
export function makeCheckout({ isInstalled = true } = {}): Checkout {
  const folder = join(tempDir(), 'check out')
  mkdirSync(join(folder, 'src'), { recursive: true })
  const copied = [
    'orderscope',
    'start.sh',
    'stop.sh',
    'scripts',
    'broker',
    'package.json',
    'package-lock.json',
    'rolldown.config.ts',
  ]
  copied.push('docker-compose.yaml', 'Dockerfile')
  for (const name of copied) {
    // The age of the lockfile tells whether npm has installed after it.
    cpSync(join(projectFolder, name), join(folder, name), { recursive: true, preserveTimestamps: true })
  }
  const program = join(folder, 'src', 'cli.ts')
  writeFileSync(program, PROGRAM)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  if (isInstalled) symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'))
  return { folder, program }
}

/** A file of the checkout. */
export const inCheckout = ({ folder }: Checkout, name: string): string => join(folder, name)

/** One that was launched once. */
export async function builtCheckout(): Promise<Checkout> {
  const checkout = makeCheckout()
  await launch(inCheckout(checkout, 'orderscope'), [])
  return checkout
}

export interface LaunchOptions {
  env?: Record<string, string>
  cwd?: string
}

/** Starts a launcher; it is killed when the test is over. */
export function launch(launcher: string, args: string[], { env = {}, cwd = '/' }: LaunchOptions = {}) {
  const child = execa(launcher, args, {
    cwd,
    env: { ...cleanEnv(), ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 110_000,
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await child
  })
  return child
}
