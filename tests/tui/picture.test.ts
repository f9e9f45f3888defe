/** The tool that draws the README's picture from a frame of the program. */
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { runCli } from '../support/cli.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const TOOL = fileURLToPath(new URL('../support/frame-to-svg.ts', import.meta.url))

test('a coloured frame of --once becomes an SVG with its texts, its lines and its dots', async () => {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const start = Date.now() - 20_000
  files.writeEvents(files.opened(start), files.orders(100, { timeMs: start, stepMs: 200 }))
  files.appendLog(files.log(start, { kind: 'x', message: 'a < b & "c"', level: 'warn' }))
  const { stdout: frame } = await runCli(['monitor', '--once', '--size', '100x30'], {
    dir,
    env: { FORCE_COLOR: '3' },
  })
  expect(frame).toContain('\u001b[36m')
  const { stdout: svg } = await execa(process.execPath, [TOOL], { input: frame })
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 876 558"/)
  expect(svg).toMatch(/<text [^>]*>Metrics<\/text>/)
  expect(svg).toContain('a &lt; b &amp; "c"')
  expect(svg).not.toMatch(/[\u2500-\u259f\u2800-\u28ff\u001b]/)
  expect(svg.match(/<path class="l"/g)?.length).toBeGreaterThan(25)
})
