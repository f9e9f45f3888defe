/** `monitor --once`: the frame that the live screen would show now, as text. */
import { renderToString } from 'ink'
import type { ExitCode } from '../shared/runtime/errors.js'
import { dashboard } from './model/dashboard.js'
import type { Setup, Size } from './model/state.js'
import { exitAfterLook, lookOnce } from './once.js'
import { App } from './view/app.js'
import { formatTime } from './view/format.js'
import type { Glyphs } from './view/glyphs.js'

export async function printFrame(
  setup: Setup,
  { glyphs, size }: { glyphs: Glyphs; size: Size },
): Promise<ExitCode> {
  const state = await lookOnce(setup, size)
  process.stdout.write(
    `${renderToString(<App state={state} glyphs={glyphs} />, { columns: size.columns })}\n`,
  )
  return exitAfterLook(dashboard(state, formatTime))
}
