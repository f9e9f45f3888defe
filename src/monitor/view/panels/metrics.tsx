/** Panel 1: counts, rates and the last minute, lag and latency; enlarged also reasons, event types and partitions. */
import { Box } from 'ink'
import type { ReactNode } from 'react'
import { rejectedTotal } from '../../../shared/journal/totals.js'
import { escapeTerminalText, fitToWidth } from '../../../shared/runtime/terminal-text.js'
import type { TrackerReading } from '../../model/dashboard.js'
import type { MonitorState } from '../../model/state.js'
import { minuteSlots, type Slot, type WindowRates } from '../../model/windows.js'
import { DataTable, type TableColumn, type TableRow, tableWidth } from '../data-table.js'
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate, NOTHING } from '../format.js'
import { highest, percentFloor, sparkline } from '../plot.js'
import { Line, type Piece } from '../styled.js'
import { waitingTexts } from '../waiting-texts.js'
import type { PanelProps } from './panel.js'

const NAME: TableColumn = { key: 'records', align: 'left' }
const number = (key: string): TableColumn => ({ key, align: 'right' })
const MINUTE = 'last minute'
/** The first of these that fits is taken. */
const COLUMN_SETS: TableColumn[][] = [
  [NAME, number('total'), number('1 s'), number('10 s'), number('60 s'), { key: MINUTE, align: 'left' }],
  [NAME, number('total'), number('1 s'), number('10 s'), number('60 s')],
  [NAME, number('total'), number('10 s'), number('60 s')],
  [NAME, number('total'), number('60 s')],
]
/** Rows of the table with its heading, and one for lag and latency. */
const BYTES_ROWS_MIN = 7
const FRAMED_ROWS_MIN = 15

export function MetricsPanel({ state, dashboard, width, height, isZoomed }: PanelProps): ReactNode {
  const rows = metricsRows({ state, dashboard }, height >= BYTES_ROWS_MIN)
  const columns = COLUMN_SETS.find((set) => tableWidth(set, rows) <= width) ?? COLUMN_SETS.at(-1) ?? [NAME]
  const isFramed = isZoomed && height >= FRAMED_ROWS_MIN
  const details = isZoomed ? breakdown({ state, dashboard }) : []
  const tableRows = isFramed ? rows.length * 2 + 3 : rows.length + 1
  const told = trackerLines(dashboard.tracker, state)
  const lines = [...told, ...waitingLines(state), ...details]
  return (
    <Box flexDirection="column">
      <DataTable columns={columns} rows={rows} width={width} hasHeading isFramed={isFramed} />
      {lines.slice(0, Math.max(0, height - tableRows)).map((pieces, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines stand for the same thing in each frame
        <Line key={index} pieces={[{ text: ' ' }, ...pieces]} width={width} />
      ))}
    </Box>
  )
}

/** Where this is the only panel nothing else says what is waited for. */
function waitingLines({ journal, setup }: PanelProps['state']): Piece[][] {
  if (journal && journal.seq > 0) return []
  const [what, then] = waitingTexts(journal?.file ?? null, setup.eventsFile)
  return [[], [{ text: what }], [{ text: then, tone: 'quiet' }]]
}

type Shown = Pick<PanelProps, 'state' | 'dashboard'>

interface Figure {
  name: string
  total: string
  rate(rates: WindowRates): string
  /** Of a slot of the last minute; null where it says nothing. */
  of(slot: Slot): number | null
  isPercent?: true
}

function metricsRows({ state, dashboard }: Shown, hasBytes: boolean): TableRow[] {
  const { windows } = dashboard
  const slots = minuteSlots(state)
  return figures(state, hasBytes).map(({ name, total, rate, of, isPercent }) => {
    const minute = slots.map((slot) => slot && of(slot))
    const range = isPercent ? { min: percentFloor(minute), max: 100 } : { min: 0, max: highest(minute) }
    return {
      records: name,
      total,
      '1 s': rate(windows['1s']),
      '10 s': rate(windows['10s']),
      '60 s': rate(windows['60s']),
      [MINUTE]: sparkline(minute, range),
    }
  })
}

function figures({ journal }: MonitorState, hasBytes: boolean): Figure[] {
  const totals = journal && journal.seq > 0 ? journal.totals : null
  const count = (sum: number | undefined): string => (sum === undefined ? NOTHING : formatCount(sum))
  const rows: Figure[] = [
    {
      name: 'received',
      total: count(totals?.records),
      rate: ({ recordsPerSecond }) => formatRate(recordsPerSecond),
      of: ({ records }) => records,
    },
    {
      name: 'accepted',
      total: count(totals?.accepted),
      rate: ({ acceptedPerSecond }) => formatRate(acceptedPerSecond),
      of: ({ accepted }) => accepted,
    },
    {
      name: 'rejected',
      total: count(totals ? rejectedTotal(totals) : undefined),
      rate: rejectedRate,
      of: ({ records, accepted }) => records - accepted,
    },
    {
      name: 'success',
      total: formatPercent(totals && percentOf(totals)),
      rate: ({ successPercent }) => formatPercent(successPercent),
      of: percentOf,
      isPercent: true,
    },
  ]
  const bytes: Figure = {
    name: 'bytes',
    total: formatBytes(totals?.bytes ?? null),
    rate: ({ bytesPerSecond }) => (bytesPerSecond === null ? NOTHING : `${formatBytes(bytesPerSecond)}/s`),
    of: (slot) => slot.bytes,
  }
  return hasBytes ? [...rows, bytes] : rows
}

const percentOf = ({ records, accepted }: Pick<Slot, 'records' | 'accepted'>): number | null =>
  records > 0 ? (100 * accepted) / records : null

const rejectedRate = ({ recordsPerSecond, acceptedPerSecond }: WindowRates): string =>
  formatRate(recordsPerSecond === null ? null : recordsPerSecond - (acceptedPerSecond ?? 0))

const label = (text: string): Piece => ({ text, tone: 'quiet' })

/** Lag and latency as the tracker last told them; never counted here. */
function trackerLines(tracker: TrackerReading | null, { journal, past }: MonitorState): Piece[][] {
  const agreedSeq = journal?.agreedSeq ?? null
  const lag = tracker?.lag ?? null
  const line: Piece[] = [
    label('lag '),
    { text: lag === null ? NOTHING : formatCount(lag), tone: lag !== null && lag > 0 ? 'accent' : 'plain' },
  ]
  const isPast = past?.moment != null
  if (tracker && (tracker.isOld || isPast)) {
    const text = `, ${formatDuration(tracker.ageMs / 1000)} ${isPast ? 'before' : 'ago'}`
    line.push({ text, tone: tracker.isOld ? 'warning' : 'quiet' })
  }
  line.push(...latencyPieces(tracker))
  if (agreedSeq === null) return [line]
  return [line, [label(`agrees with the tracker's own count at line ${formatCount(agreedSeq)}`)]]
}

function latencyPieces(tracker: TrackerReading | null): Piece[] {
  const { p50 = null, p95 = null, p99 = null } = tracker?.latencyMs ?? {}
  if (p50 === null) return [label('  latency '), { text: NOTHING }]
  return [
    label('  latency p50 '),
    { text: milliseconds(p50) },
    label(' p95 '),
    { text: milliseconds(p95) },
    label(' p99 '),
    { text: `${milliseconds(p99)} ms` },
  ]
}

const milliseconds = (ms: number | null): string => (ms === null ? NOTHING : formatCount(ms))

function breakdown({ state, dashboard }: Shown): Piece[][] {
  const totals = state.journal?.totals
  const partitions = dashboard.tracker?.partitions ?? []
  return [
    ...countLines('rejected by reason', totals?.rejected ?? {}),
    ...countLines('accepted by event type', totals?.by_event_type ?? {}),
    ...section('partitions', partitions.map(partitionLine)),
  ]
}

function countLines(title: string, counts: Record<string, number>): Piece[][] {
  const sorted = Object.entries(counts).sort(([, one], [, other]) => other - one)
  return section(
    title,
    sorted.map(([name, count]) => [
      label(`  ${fitToWidth(escapeTerminalText(name.slice(0, 100)), 28)}`),
      { text: formatCount(count).padStart(12) },
    ]),
  )
}

const partitionLine = (partition: TrackerReading['partitions'][number]): Piece[] => [
  label(`  ${fitToWidth(escapeTerminalText(`${partition.topic}/${partition.partition}`), 28)}`),
  { text: formatCount(partition.next).padStart(12) },
  label('  lag '),
  { text: (partition.lag === null ? NOTHING : formatCount(partition.lag)).padStart(8) },
  label(`  ${partition.state.replace('_', ' ')}`),
]

const section = (title: string, lines: Piece[][]): Piece[][] =>
  lines.length === 0 ? [] : [[], [{ text: title, isBold: true }], ...lines]
