/** What the keys do and what the words mean. */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { Line, type Piece } from '../styled.js'

const KEYS: [string, string][] = [
  ['q, Ctrl-C', 'leave; nothing else stops'],
  ['1 to 6', 'enlarge a panel, the same key again for all'],
  ['Tab, Shift-Tab', 'next and previous panel'],
  ['Esc, 0', 'all panels'],
  ['p, Space', 'hold the lists still; counting goes on'],
  ['x', 'put away an alarm about a changed journal, once you have seen it'],
  ['?, h', 'this help'],
]

const WORDS: [string, string][] = [
  ['received', 'records journaled since the first line; accepted and rejected add up to it'],
  ['1 s, 10 s, 60 s', 'windows of complete seconds by the journal’s own timestamps'],
  ['success', 'accepted of received in the window; – where nothing was received'],
  ['lag', 'records on the topic and not yet journaled, as the tracker last said'],
  ['latency', 'from the record’s timestamp to its line being safe on disk'],
  ['agrees with …', 'the tracker’s count and hash match the journal at that line'],
  ['behind', 'lines written and not read yet; none is dropped'],
]

export function HelpPanel({ width, height }: { width: number; height: number }): ReactNode {
  const lines = [...section('Keys', KEYS), [], ...section('Words', WORDS)]
  return (
    <Box flexDirection="column">
      {lines.slice(0, height).map((pieces, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
        <Line key={index} pieces={pieces} width={width} />
      ))}
    </Box>
  )
}

const section = (title: string, rows: [string, string][]): Piece[][] => [
  [{ text: ` ${title}`, isBold: true }],
  ...rows.map(([name, meaning]): Piece[] => [
    { text: `   ${name.padEnd(17)}`, tone: 'accent' },
    { text: meaning },
  ]),
]
