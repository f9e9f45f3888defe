/** Finds a Java that can run Kafka: `JAVA_HOME`, else the first `java` in PATH. */
import { join } from 'node:path'
import { execa } from 'execa'

/** Kafka 4 brokers are compiled for this version. */
const JAVA_VERSION_MIN = 17

export interface Java {
  command: string
  /** Everything that it says about its version. */
  version: string
}

export type JavaSearch = Java | { missing: string }

/** The Java to use, or a text that says why there is none. */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<JavaSearch> {
  const command = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : 'java'
  const { stderr, failed } = await execa(command, ['-version'], { env, extendEnv: false, reject: false })
  if (failed) return { missing: env['JAVA_HOME'] ? `JAVA_HOME has no working ${command}` : 'no java in PATH' }
  // "17.0.15", "25", and "1.8.0_402" up to Java 8.
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? Number.NaN)
  if (version >= JAVA_VERSION_MIN) return { command, version: stderr }
  const found = Number.isNaN(version) ? 'of an unknown version' : `version ${version === 1 ? 8 : version}`
  return { missing: `${command} is ${found}; Kafka needs ${JAVA_VERSION_MIN} or newer` }
}
