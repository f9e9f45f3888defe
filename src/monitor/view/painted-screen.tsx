/** A screen that Ink lays out and the painter writes: Ink itself writes nothing. */
import { Writable } from 'node:stream'
import { render } from 'ink'
import type { ReactNode } from 'react'
import { FramePainter } from './frame-painter.js'
import { PainterContext } from './styled.js'

/** For a screen reader Ink makes no picture of its own, only the texts, of which it knows none; so it costs nothing. */
const INK_OPTIONS = {
  isScreenReaderEnabled: true,
  interactive: false,
  exitOnCtrlC: false,
  patchConsole: false,
}

export interface PaintedScreen {
  /** Brings the terminal to `screen` before it returns. */
  show(screen: ReactNode): void
  /** Blanks the terminal, wherever its rows are by now; what is shown next is drawn from scratch. */
  blank(): void
  /** Ends {@link ended}. */
  end(): void
  /** Resolves when the screen has come to its end; rejects where it could not be drawn. */
  ended: Promise<unknown>
  /** Gives the terminal back to the shell. */
  leave(): void
}

/** Enters the alternate screen and shows `first` there. */
export function paintScreen(first: ReactNode, terminal: NodeJS.WriteStream): PaintedScreen {
  const painter = new FramePainter(terminal)
  const painted = (screen: ReactNode): ReactNode => (
    <PainterContext.Provider value={painter}>{screen}</PainterContext.Provider>
  )
  painter.open()
  const instance = render(painted(first), { ...INK_OPTIONS, stdout: nowhere(terminal) })
  painter.paint()
  return {
    show: (screen) => {
      instance.rerender(painted(screen))
      painter.paint()
    },
    blank: () => painter.blank(),
    end: () => instance.unmount(),
    ended: instance.waitUntilExit(),
    leave: () => painter.close(),
  }
}

/** As large as the terminal, and closed already: Ink only asks how large it is. */
function nowhere(terminal: NodeJS.WriteStream): NodeJS.WriteStream {
  const size = { columns: { get: () => terminal.columns }, rows: { get: () => terminal.rows } }
  return Object.defineProperties(new Writable().destroy(), size) as NodeJS.WriteStream
}
