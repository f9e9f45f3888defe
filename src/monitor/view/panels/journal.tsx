/** The journal as a set of files: its head, how far it was checked, and what it is made of. */
import { basename, dirname, join } from 'node:path'
import type { ReactNode } from 'react'
import { escapeTerminalText } from '../../../shared/runtime/terminal-text.js'
import { trackerSignal } from '../../model/health.js'
import type { LookJournal } from '../../model/look.js'
import { type MonitorState, togetherIn } from '../../model/state.js'
import type { JournalFileRow, JournalUpdate } from '../../tail/protocol.js'
import { formatBytes, formatCount, formatDate, formatDuration, NOTHING, type Zone } from '../format.js'
import { Lines, type Piece, type Tone } from '../styled.js'
import { type LineColumn, tableLines } from '../table-lines.js'
import { timesOf } from '../times.js'
import type { PanelProps } from './panel.js'

const LABEL_COLUMNS = 12

const line = (label: string, text: string, tone: Tone = 'plain'): Piece[] => [
  { text: ` ${label.padEnd(LABEL_COLUMNS)}`, tone: 'quiet' },
  { text, tone },
]

export function ChainPanel({ state, width, height }: PanelProps): ReactNode {
  const { journal } = state
  if (togetherIn(state)) return <Lines lines={journalLines(state, width)} {...{ width, height }} />
  if (!journal || journal.seq === 0) {
    return <Lines lines={[[{ text: ' no line yet', tone: 'quiet' }]]} {...{ width, height }} />
  }
  return <Lines lines={chainLines(journal, state)} {...{ width, height }} />
}

/** The same in words, line by line; the hash itself is left out. */
export function chainTexts(state: MonitorState): string[] {
  const { journal } = state
  const each = journalTexts(state)
  if (togetherIn(state)) return each
  if (!journal || journal.seq === 0) return ['no line yet', ...each]
  const chain = chainLines(journal, state)
    .map((pieces) => pieces.map(({ text }) => text.trim()))
    .filter(([label]) => label !== '')
    .map((texts) => texts.join(' '))
  return [...chain, ...each]
}

/** Several journals in words, a line each. */
function journalTexts({ look, journal, nowMs }: MonitorState): string[] {
  if (!look) return []
  const each = look.journals.map(({ label, state, clusterId }) => {
    const records = formatCount(state.journal?.totals.records ?? 0)
    const { word } = trackerSignal({ ...state, nowMs })
    return `journal ${label}: ${records} records, tracker ${word}, cluster ${clusterId ?? 'not known'}`
  })
  const together = `together ${formatCount(journal?.totals.records ?? 0)} records, each counted once`
  return 'cluster' in look.name ? [together, ...each] : each
}

const journalColumns = (shown: ReadonlySet<LookJournal>, nowMs: number): LineColumn<LookJournal>[] => [
  {
    title: 'journal',
    align: 'left',
    cell: (row) => ({ text: escapeTerminalText(row.label), isBold: shown.has(row) }),
  },
  {
    title: 'records',
    align: 'right',
    cell: ({ state }) => ({ text: state.journal ? formatCount(state.journal.totals.records) : NOTHING }),
  },
  {
    title: 'tracker',
    align: 'left',
    cell: ({ state }) => ({ text: trackerSignal({ ...state, nowMs }).word }),
  },
  {
    title: 'file',
    align: 'left',
    giveWay: 1,
    cell: ({ state }) => ({ text: state.journal?.file.state ?? 'opening' }),
  },
  {
    title: 'cluster',
    align: 'left',
    giveWay: 2,
    cell: ({ clusterId }) => ({ text: escapeTerminalText(clusterId ?? NOTHING), tone: 'quiet' }),
  },
]

/** Every journal that is watched, a line each; those of different clusters stand beside each other only. */
function journalLines({ look, journal, nowMs }: MonitorState, width: number): Piece[][] {
  if (!look) return []
  const summary: Piece[][] =
    'cluster' in look.name
      ? [
          line('together', `${formatCount(journal?.totals.records ?? 0)} records, each counted once`),
          line('repeated', `${formatCount(look.repeated)} lines of records that another journal had`),
          [],
        ]
      : []
  return [...summary, ...tableLines(journalColumns(new Set(look.parts), nowMs), look.journals, width)]
}

function chainLines(journal: JournalUpdate, { nowMs, view }: MonitorState): Piece[][] {
  const times = timesOf(view, nowMs)
  const bytes = journal.files.reduce((sum, { storedBytes }) => sum + storedBytes, 0)
  const files = journal.sealedFiles + (journal.file.state === 'open' ? 1 : 0)
  const { checkpoint } = journal
  return [
    line('head', `seq ${formatCount(journal.seq)}`),
    line('', journal.hash ?? ''),
    line('last line', `${times.clock(journal.timeMaxMs)}${ageText(journal.timeMaxMs, nowMs)}`),
    line('chain', ...chainText(journal)),
    line('agreed', ...agreedText(journal)),
    line(
      'checkpoint',
      checkpoint
        ? `seq ${formatCount(checkpoint.seq)} at ${times.clock(checkpoint.timeMs)}, ${checkpoint.isSigned ? 'signed' : 'not signed'}`
        : NOTHING,
    ),
    line('size', `${formatBytes(bytes)} in ${formatCount(files)} ${files === 1 ? 'file' : 'files'}`),
    line('records', `${formatCount(journal.totals.records)} in ${formatCount(journal.seq)} lines`),
    ...(journal.clusterId === null ? [] : [line('cluster', escapeTerminalText(journal.clusterId))]),
    line('proof', 'orderscope journal verify reads all of it'),
  ]
}

function ageText(timeMs: number | null, nowMs: number): string {
  if (timeMs === null) return ''
  const seconds = Math.max(0, Math.floor((nowMs - timeMs) / 1000))
  return seconds < 2 ? '' : `, ${formatDuration(seconds)} ago`
}

/** The first line of a start cannot be checked against the one before it. */
function chainText({ chain }: JournalUpdate): [text: string, tone: Tone] {
  if (chain.firstBreakSeq !== null) {
    return [`broken at line ${formatCount(chain.firstBreakSeq)}`, 'critical']
  }
  if (chain.fromSeq === null || chain.toSeq === null) return [NOTHING, 'plain']
  return [`unbroken from line ${formatCount(chain.fromSeq)} to ${formatCount(chain.toSeq)}`, 'good']
}

function agreedText({ disagreement, agreedSeq }: JournalUpdate): [text: string, tone: Tone] {
  if (disagreement) return [`tracker.log differs at line ${formatCount(disagreement.seq)}`, 'critical']
  return agreedSeq === null
    ? [NOTHING, 'plain']
    : [`hash and totals of tracker.log, at line ${formatCount(agreedSeq)}`, 'good']
}

export function FilesPanel({ state, width, height }: PanelProps): ReactNode {
  const files = state.journal?.files ?? []
  const isTogether = togetherIn(state) !== null
  const others = state.look && !isTogether ? [...journalLines(state, width), []] : []
  // The newest ones are worth the room.
  const room = Math.max(1, height - 1 - others.length)
  const hidden = files.length - room
  const shown = hidden > 0 ? files.slice(hidden + 1) : files
  const [heading = [], ...rows] = tableLines(
    fileColumns(timesOf(state.view, state.nowMs).zone, isTogether),
    shown,
    width,
  )
  const more: Piece[][] =
    hidden > 0 ? [[{ text: ` ${formatCount(hidden + 1)} older ones`, tone: 'quiet' }]] : []
  return <Lines lines={[...others, heading, ...more, ...rows]} {...{ width, height }} />
}

/** Files of several journals may have one name; then their folders are shown. */
const fileColumns = (zone: Zone, hasFolder: boolean): LineColumn<JournalFileRow>[] => [
  {
    title: 'file',
    align: 'left',
    cell: ({ path }) => {
      const name = hasFolder ? join(basename(dirname(path)), basename(path)) : basename(path)
      return { text: escapeTerminalText(name) }
    },
  },
  {
    title: 'first line',
    align: 'right',
    cell: ({ firstSeq }) => ({ text: firstSeq > 0 ? formatCount(firstSeq) : NOTHING }),
  },
  { title: 'size', align: 'right', cell: ({ storedBytes }) => ({ text: formatBytes(storedBytes) }) },
  {
    title: 'last written',
    align: 'right',
    giveWay: 1,
    cell: ({ sealedAtMs }) => ({ text: sealedAtMs === null ? 'now' : formatDate(sealedAtMs, zone) }),
  },
  {
    title: 'state',
    align: 'left',
    cell: ({ path, sealedAtMs }) =>
      sealedAtMs === null
        ? { text: 'open', tone: 'accent' }
        : { text: path.endsWith('.zst') ? 'sealed, compressed' : 'sealed', tone: 'quiet' },
  },
]
