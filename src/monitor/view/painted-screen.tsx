/** A screen that Ink lays out and the painter writes: Ink itself writes nothing. */
import { Writable } from 'node:stream'
import { render } from 'ink'
import { type ReactNode, useLayoutEffect, useState } from 'react'
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
  /** Brings the terminal to `screen` as soon as the caller is done; of several at once to the last. */
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
  let show: (screen: ReactNode) => void = () => undefined
  const connect = (setScreen: typeof show): void => {
    show = setScreen
  }
  painter.open()
  const instance = render(<Root {...{ first, painter, connect }} />, {
    ...INK_OPTIONS,
    stdout: nowhere(terminal),
  })
  return {
    show: (screen) => show(screen),
    blank: () => painter.blank(),
    end: () => instance.unmount(),
    ended: instance.waitUntilExit(),
    leave: () => painter.close(),
  }
}

interface RootProps {
  first: ReactNode
  painter: FramePainter
  /** Is given what shows another screen. */
  connect(setScreen: (screen: ReactNode) => void): void
}

/** Holds what is shown: were Ink itself asked to draw anew, it would go through every box. */
function Root({ first, painter, connect }: RootProps): ReactNode {
  const [screen, setScreen] = useState(first)
  useLayoutEffect(() => connect(setScreen), [connect])
  // Effects of what is inside come first, so everything is in its box by then.
  useLayoutEffect(() => painter.paint())
  return <PainterContext.Provider value={painter}>{screen}</PainterContext.Provider>
}

/** As large as the terminal, and closed already: Ink only asks how large it is. */
function nowhere(terminal: NodeJS.WriteStream): NodeJS.WriteStream {
  const size = { columns: { get: () => terminal.columns }, rows: { get: () => terminal.rows } }
  return Object.defineProperties(new Writable().destroy(), size) as NodeJS.WriteStream
}
