/**
 * The launchers, run for real on a small program: which Node they choose, what they install and build, what the
 * program sees of them (nothing), and two of them at once.
 */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { startTime } from '../../src/shared/runtime/process-identity.js'
import { builtCheckout, inCheckout, launch, makeCheckout } from '../support/checkout.js'
import { eventually } from '../support/eventually.js'
import { folderWith, pathWithout } from '../support/search-path.js'
import { tempDir } from '../support/temp-dir.js'

const NODE_20 = `if [ "$1" = --version ]; then echo v20.20.2; else exec '${process.execPath}' "$@"; fi`

test('builds once, then hands everything through to the program and says nothing', async () => {
  const checkout = makeCheckout()
  const first = await launch(inCheckout(checkout, 'orderscope'), ['exit', '7'])
  expect(first).toMatchObject({ exitCode: 7, stderr: 'orderscope: building' })

  const args = ['a  b', '', '$HOME', '--x=1', "it's", '*']
  const second = await launch(inCheckout(checkout, 'orderscope'), args, { cwd: '/usr' })
  expect(second).toMatchObject({ exitCode: 0, stderr: '' })
  expect(JSON.parse(second.stdout)).toMatchObject({ args, cwd: '/usr', node: process.execPath })
})

test('compiled code is kept beside the build, or where the caller keeps his', async () => {
  const checkout = await builtCheckout()
  expect(readdirSync(join(checkout.folder, '.orderscope', 'compiled'))).toHaveLength(1)
  const own = tempDir()
  await launch(inCheckout(checkout, 'orderscope'), [], { env: { NODE_COMPILE_CACHE: own } })
  expect(readdirSync(own)).toHaveLength(1)
})

test('start.sh and stop.sh are up and down, also through symbolic links', async () => {
  const checkout = await builtCheckout()
  const links = tempDir()
  symlinkSync(inCheckout(checkout, 'start.sh'), join(links, 'one'))
  symlinkSync('one', join(links, 'two'))
  const started = await launch(join(links, 'two'), ['--rate', '5'])
  expect(JSON.parse(started.stdout).args).toEqual(['up', '--rate', '5'])
  const stopped = await launch(inCheckout(checkout, 'stop.sh'), ['--purge'])
  expect(JSON.parse(stopped.stdout).args).toEqual(['down', '--purge'])
})

// Fault 1 of the old system: its stop.sh signalled a wrapper, and the service stayed behind.
test('the program is the process that was started: signals reach it and its exit code is the answer', async () => {
  const checkout = await builtCheckout()
  const child = launch(inCheckout(checkout, 'start.sh'), [])
  await child
  const staying = launch(inCheckout(checkout, 'orderscope'), ['stay'])
  let printed = ''
  staying.stdout.on('data', (chunk: Buffer) => {
    printed += chunk
  })
  await eventually(() => printed.includes('\n'), { message: 'the program runs' })
  expect(JSON.parse(printed).pid).toBe(staying.pid)
  staying.kill('SIGTERM')
  expect((await staying).exitCode).toBe(43)
})

test('two at once: one builds, the other waits and runs the same', async () => {
  const checkout = makeCheckout()
  const both = await Promise.all([
    launch(inCheckout(checkout, 'orderscope'), ['one']),
    launch(inCheckout(checkout, 'orderscope'), ['two']),
  ])
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  const builds = both.filter(({ stderr }) => stderr.includes('orderscope: building'))
  expect(builds).toHaveLength(1)
  expect(readdirSync(inCheckout(checkout, '.orderscope'))).toEqual(['compiled'])
})

test('waits for a living holder of the lock', async () => {
  const checkout = makeCheckout()
  mkdirSync(inCheckout(checkout, '.orderscope'))
  const lock = inCheckout(checkout, '.orderscope/launcher.lock')
  symlinkSync(`${process.pid}:${startTime(process.pid)}`, lock)
  const child = launch(inCheckout(checkout, 'orderscope'), [])
  let told = ''
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk
  })
  await eventually(() => told.includes(`waiting for another launcher (pid ${process.pid})`), {
    message: 'it says whom it waits for',
  })
  expect(existsSync(inCheckout(checkout, 'dist'))).toBe(false)
  rmSync(lock)
  expect((await child).exitCode).toBe(0)
})

test.each([
  ['is gone', async () => '999999999:1'],
  ['has given its pid to another', async () => `${process.pid}:1`],
  [
    'is dead and not yet buried',
    async () => {
      const child = spawn('sh', ['-c', 'sleep 0 & exec sleep 60'])
      onTestFinished(() => void child.kill('SIGKILL'))
      const holder = child.pid ?? 0
      const zombie = await eventually(
        () => Number(readFileSync(`/proc/${holder}/task/${holder}/children`, 'utf8').trim()),
        { message: 'a child' },
      )
      const started = readFileSync(`/proc/${zombie}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[19]
      return `${zombie}:${started}`
    },
  ],
])('takes the lock over from a holder that %s', async (_, holder) => {
  const checkout = makeCheckout()
  mkdirSync(inCheckout(checkout, '.orderscope'))
  symlinkSync(await holder(), inCheckout(checkout, '.orderscope/launcher.lock'))
  expect(await launch(inCheckout(checkout, 'orderscope'), [])).toMatchObject({
    exitCode: 0,
    stderr: 'orderscope: building',
  })
})

test('one that is killed while it builds leaves nothing that stops the next', async () => {
  const checkout = makeCheckout()
  const killed = launch(inCheckout(checkout, 'orderscope'), [])
  const lock = inCheckout(checkout, '.orderscope/launcher.lock')
  await eventually(() => readlinkSync(lock), { everyMs: 1, message: 'the lock is taken' })
  killed.kill('SIGKILL')
  await killed
  expect(await launch(inCheckout(checkout, 'orderscope'), ['after'])).toMatchObject({ exitCode: 0 })
  expect(readdirSync(inCheckout(checkout, '.orderscope'))).toEqual(['compiled'])
})

test('one that is stopped while it builds cleans up and dies of the signal', async () => {
  const checkout = makeCheckout()
  const stopped = launch(inCheckout(checkout, 'orderscope'), [])
  const lock = inCheckout(checkout, '.orderscope/launcher.lock')
  await eventually(() => readlinkSync(lock), { everyMs: 1, message: 'the lock is taken' })
  stopped.kill('SIGTERM')
  expect(await stopped).toMatchObject({ signal: 'SIGTERM' })
  // Node may have come to keep compiled code by then.
  const left = readdirSync(inCheckout(checkout, '.orderscope')).filter((name) => name !== 'compiled')
  expect(left).toEqual([])
})

test('an older Node in PATH is passed over for the private one', async () => {
  const checkout = makeCheckout()
  mkdirSync(inCheckout(checkout, '.orderscope/node/bin'), { recursive: true })
  const own = inCheckout(checkout, '.orderscope/node/bin/node')
  writeFileSync(own, `#!/bin/sh\nCHOSEN=private exec '${process.execPath}' "$@"\n`, { mode: 0o755 })
  writeFileSync(checkout.program, 'console.log(process.env.CHOSEN)')
  const env = { PATH: `${folderWith('node', NODE_20)}:${process.env['PATH']}` }
  expect((await launch(inCheckout(checkout, 'orderscope'), [], { env })).stdout).toBe('private')
})

test('on a host with Node 20 a private Node 24 is fetched once, with visible progress', async () => {
  const checkout = makeCheckout()
  const env = { PATH: `${folderWith('node', NODE_20)}:${process.env['PATH']}` }
  const first = await launch(inCheckout(checkout, 'orderscope'), [], { env })
  expect(first, first.stderr).toMatchObject({ exitCode: 0 })
  expect(first.stderr).toMatch(/fetching a private Node.js 24.*fetched Node.js v24/s)
  const { node } = JSON.parse(first.stdout)
  expect(node).toBe(join(realpathSync(checkout.folder), '.orderscope/node/bin/node'))
  expect(execaSync(node, ['--version']).stdout).toMatch(/^v24\./)
  expect(await launch(inCheckout(checkout, 'orderscope'), [], { env })).toMatchObject({
    exitCode: 0,
    stderr: '',
  })
})

test('without npm and with an old Node it says what is missing and ends with 69', async () => {
  const checkout = makeCheckout()
  const env = { PATH: `${folderWith('node', NODE_20)}:${pathWithout('npm', 'node')}` }
  const refused = await launch(inCheckout(checkout, 'orderscope'), [], { env })
  expect(refused).toMatchObject({ exitCode: 69, stdout: '' })
  expect(refused.stderr).toContain('needs Node.js 22.22 or newer')
  expect(refused.stderr).toContain('v20.20.2')
  expect(refused.stderr).toContain('no npm')
})

/** A registry that refuses every connection, and nothing in the cache. */
const offline = (): Record<string, string> => ({
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_cache: tempDir(),
  npm_config_fetch_retry_mintimeout: '1',
  npm_config_fetch_retry_maxtimeout: '10',
})

test('without network and with an empty cache it names what it cannot fetch and ends with 69', async () => {
  const bare = makeCheckout({ isInstalled: false })
  const noPackages = await launch(inCheckout(bare, 'orderscope'), [], { env: offline() })
  expect(noPackages).toMatchObject({ exitCode: 69, stdout: '' })
  expect(noPackages.stderr).toContain('cannot install the dependencies')
  expect(readdirSync(inCheckout(bare, '.orderscope'))).toEqual([])

  const env = { ...offline(), PATH: `${folderWith('node', NODE_20)}:${process.env['PATH']}` }
  const noNode = await launch(inCheckout(bare, 'orderscope'), [], { env })
  expect(noNode).toMatchObject({ exitCode: 69, stdout: '' })
  expect(noNode.stderr).toContain('A private one cannot be fetched')
  expect(readdirSync(inCheckout(bare, '.orderscope'))).toEqual([])
})

test('works from a checkout that cannot be written, in the cache of the user', async () => {
  const checkout = makeCheckout()
  const cache = tempDir()
  const digest = execaSync('cksum', { input: realpathSync(checkout.folder) }).stdout.split(' ')[0]
  const copy = join(cache, 'orderscope', `checkout-${digest}`)
  mkdirSync(copy, { recursive: true })
  symlinkSync(readlinkSync(inCheckout(checkout, 'node_modules')), join(copy, 'node_modules'))
  const readOnly = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$1/orderscope" inside`
  const run = () =>
    launch('unshare', ['-rm', 'sh', '-c', readOnly, 'sh', checkout.folder], {
      env: { XDG_CACHE_HOME: cache },
    })
  const first = await run()
  expect(first, first.stderr).toMatchObject({ exitCode: 0 })
  expect(first.stderr).toContain(`working in ${copy}`)
  expect(JSON.parse(first.stdout).args).toEqual(['inside'])
  expect(await run()).toMatchObject({ exitCode: 0, stderr: '' })
  expect(existsSync(inCheckout(checkout, 'dist'))).toBe(false)
})

test('npm scripts run under the chosen Node, also where npm itself runs under an older one', async () => {
  const checkout = makeCheckout()
  const script = 'console.log(process.execPath, process.argv[2])'
  writeFileSync(inCheckout(checkout, 'which.mjs'), script)
  const toolchain = inCheckout(checkout, 'scripts/toolchain.sh')
  mkdirSync(inCheckout(checkout, '.orderscope/node/bin'), { recursive: true })
  symlinkSync(process.execPath, inCheckout(checkout, '.orderscope/node/bin/node'))
  const env = { PATH: `${folderWith('node', 'echo v20.20.2')}:${process.env['PATH']}` }
  const ran = await launch('sh', [toolchain, 'exec', 'node', 'which.mjs', 'x'], { env, cwd: checkout.folder })
  expect(ran.stdout).toBe(`${process.execPath} x`)
})
