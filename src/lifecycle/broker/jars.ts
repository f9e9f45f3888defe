/**
 * Kafka's jars: those of an unpacked Kafka (`KAFKA_HOME`), or the pinned ones of `broker/pom.xml`, fetched once
 * by Maven into the user's cache. A half-fetched set is never used: it is built aside and renamed.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { ExitCode, errorText, SuiteError } from '../../shared/runtime/errors.js'
import { cacheFolder } from '../../shared/runtime/user-folders.js'
import { projectFolder } from '../folders.js'

/** Told while jars are fetched: how many have arrived. */
export type JarProgress = (jarsFetched: number) => void

export interface JarOptions {
  /** An unpacked Kafka, or null for the pinned jars. */
  kafkaHome: string | null
  onProgress?: JarProgress
  env?: NodeJS.ProcessEnv
}

const POM = join(projectFolder, 'broker', 'pom.xml')

/** The class path entry of Kafka's jars that are here already, or null where they have to be fetched. */
export function jarsAtHand({ kafkaHome, env = process.env }: JarOptions): string | null {
  const folder = kafkaHome === null ? pinnedFolder(env) : join(kafkaHome, 'libs')
  return hasKafka(folder) ? join(folder, '*') : null
}

/**
 * The class path entry of Kafka's jars; fetches the pinned ones where they are missing.
 *
 * @throws {SuiteError} `kafka_home` (78) when `kafkaHome` holds no Kafka, `kafka_jars` (69) when Maven fails.
 */
export async function ensureJars(options: JarOptions): Promise<string> {
  const { kafkaHome, env = process.env } = options
  const ready = jarsAtHand(options)
  if (ready !== null) return ready
  if (kafkaHome !== null) {
    throw new SuiteError(
      'kafka_home',
      `KAFKA_HOME is "${kafkaHome}" and ${join(kafkaHome, 'libs')} holds no kafka_*.jar; name an unpacked Kafka 4, or unset it`,
      { exit: ExitCode.configuration },
    )
  }
  const target = pinnedFolder(env)
  const parent = cacheFolder(env)
  await mkdir(parent, { recursive: true })
  const aside = mkdtempSync(join(parent, 'kafka-fetching-'))
  try {
    await copyDependencies(aside, options)
    renameSync(aside, target)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    // Another `up` may have been faster; its set is as good.
    if (!hasKafka(target)) throw error
  }
  return join(target, '*')
}

/** True where Maven answers. */
export async function hasMaven(env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const { failed } = await execa('mvn', ['--version'], { env, extendEnv: false, reject: false })
  return !failed
}

async function copyDependencies(
  folder: string,
  { onProgress, env = process.env }: JarOptions,
): Promise<void> {
  const options = ['--batch-mode', '--file', POM, 'dependency:copy-dependencies']
  const mvn = execa('mvn', [...options, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
  })
  try {
    let fetched = 0
    for await (const line of mvn.iterable({ from: 'all' })) {
      if (/Downloaded from .*\.jar/.test(line)) onProgress?.(++fetched)
    }
    await mvn
  } catch (error) {
    const output = String((error as { all?: string }).all ?? errorText(error))
    throw new SuiteError(
      'kafka_jars',
      `cannot fetch Kafka's jars with Maven:\n${mavenErrors(output)}\nThey are fetched once from the network and kept in ${cacheFolder(env)}. ` +
        'Without network: name an unpacked Kafka with KAFKA_HOME, or a running broker with KAFKA_BROKERS.',
      { exit: ExitCode.unavailable, cause: error },
    )
  }
}

/** Maven says the reason in its first [ERROR] lines; the rest is advice about Maven. */
function mavenErrors(output: string): string {
  const lines = output.split('\n')
  const errors = lines.filter((line) => line.includes('[ERROR]'))
  return (errors.length > 0 ? errors.slice(0, 2) : lines.slice(-5)).map((line) => `  ${line}`).join('\n')
}

/** Named after the content of the pom, so that another pin is another set. */
function pinnedFolder(env: NodeJS.ProcessEnv): string {
  const pom = readFileSync(POM)
  const version = /<kafka.version>(.*)<\/kafka.version>/.exec(pom.toString('utf8'))?.[1] ?? 'unknown'
  const digest = createHash('sha256').update(pom).digest('hex').slice(0, 8)
  return join(cacheFolder(env), `kafka-${version}-${digest}`)
}

function hasKafka(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => /^kafka_[\d.]+-.*\.jar$/.test(name))
  } catch {
    return false
  }
}
