import { defineConfig } from 'vitest/config'

const project = (name: string, options: { timeoutMs: number; parallel: boolean; globalSetup?: string }) => ({
  extends: true as const,
  test: {
    name,
    include: [`tests/${name}/**/*.test.{ts,tsx}`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: options.parallel,
    ...(options.globalSetup ? { globalSetup: [options.globalSetup] } : {}),
  },
})

export default defineConfig({
  test: {
    // Colour and CI detection would make frames depend on who runs the tests.
    env: { FORCE_COLOR: '0', CI: '', KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    projects: [
      project('unit', { timeoutMs: 20_000, parallel: true }),
      project('tui', { timeoutMs: 60_000, parallel: true }),
      project('integration', {
        timeoutMs: 120_000,
        parallel: false,
        globalSetup: 'tests/support/broker-setup.ts',
      }),
      project('faults', {
        timeoutMs: 180_000,
        parallel: false,
        globalSetup: 'tests/support/broker-setup.ts',
      }),
    ],
  },
})
