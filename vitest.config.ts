import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { MatrixReporter } from './tests/support/matrix-reporter.js'

interface ProjectOptions {
  timeoutMs: number
  /** Test files that run at the same time; as many as there are cores where it is not said. */
  files?: number
  /** Projects of one number run at the same time, lower ones first. */
  order: number
  globalSetup?: string
}

const project = (name: string, options: ProjectOptions) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.{ts,tsx}`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    ...(options.files ? { maxWorkers: options.files } : {}),
    sequence: { groupOrder: options.order },
    ...(options.globalSetup ? { globalSetup: [options.globalSetup] } : {}),
  },
})

const globalSetup = 'tests/support/broker-setup.ts'
const run = new Date().toISOString().replaceAll(':', '')
const matrixFile = fileURLToPath(new URL(`.vitest/matrix/${run}.ndjson`, import.meta.url))
const reporter = new MatrixReporter(matrixFile)

export default defineConfig({
  plugins: [
    {
      name: 'fault-matrix',
      // Beside whatever reporters the command line asks for; called once for each project.
      configureVitest: ({ vitest }) => {
        if (!vitest.config.reporters.includes(reporter)) vitest.config.reporters.push(reporter)
      },
    },
  ],
  test: {
    // Colour and CI detection would make frames depend on who runs the tests.
    env: {
      FORCE_COLOR: '0',
      CI: '',
      KAFKAJS_NO_PARTITIONER_WARNING: '1',
      MATRIX_FILE: matrixFile,
    },
    projects: [
      project('unit', { timeoutMs: 20_000, order: 0 }),
      project('tui', { timeoutMs: 60_000, order: 1 }),
      // These mostly wait. More at a time would tell more about the machine than about us.
      project('integration', { timeoutMs: 120_000, files: 3, order: 2, globalSetup }),
      project('faults', { timeoutMs: 180_000, files: 3, order: 3, globalSetup }),
      project('soak', { timeoutMs: 900_000, files: 1, order: 4, globalSetup }),
    ],
  },
})
