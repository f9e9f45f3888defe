/** What a person must be told beside the signals of health, the worst first. */
import { passedOverText } from '../../shared/contract/passed-over.js'
import type { FileStatus } from '../tail/file-follower.js'
import { type Health, type Level, trackerSignal } from './health.js'
import { type MonitorState, togetherIn } from './state.js'

export interface Alarm {
  /** Stable word for programs. */
  code: string
  level: Extract<Level, 'warning' | 'critical'>
  text: string
}

/** Sentences for the tracker's states that need a person. */
const STATE_TEXTS: Record<string, string> = {
  'disk full': 'tracker: disk full, partitions paused; free some space and it goes on by itself',
  'broker down': 'tracker: the broker or a topic is away; it goes on by itself when it is back',
  stalled: 'tracker: assigned but fetching nothing',
}

/** `timeText` writes a time as the reader's clock shows it. */
export function alarms(state: MonitorState, health: Health, timeText: (timeMs: number) => string): Alarm[] {
  const found = [
    ...integrityAlarms(state),
    ...totalsAlarms(state),
    ...(state.look
      ? ofParts(state, (part) => trackerAlarms(trackerSignal(part), timeText))
      : trackerAlarms(health.tracker, timeText)),
    ...ofParts(state, passedOverAlarms),
    ...ofParts(state, fileAlarms),
  ]
  return [...found.filter(isCritical), ...found.filter((alarm) => !isCritical(alarm))]
}

/** What is wrong with the journal itself, as against with the tracker or with reading the files. */
const INTEGRITY_CODES = new Set(['tampered', 'journal_differs', 'chain_broken', 'seq_broken', 'bad_lines'])

export const isIntegrityAlarm = ({ code }: Alarm): boolean => INTEGRITY_CODES.has(code)

const isCritical = (alarm: Alarm): boolean => alarm.level === 'critical'

/** Of several journals that are looked at together each is judged by itself, and named. */
const ofParts = (state: MonitorState, alarmsOf: (part: MonitorState) => Alarm[]): Alarm[] =>
  togetherIn(state)?.flatMap(({ label, state: part }) =>
    alarmsOf({ ...part, nowMs: state.nowMs }).map((alarm) => ({ ...alarm, text: `${label}: ${alarm.text}` })),
  ) ?? alarmsOf(state)

/** What is wrong with the journal itself, and is not put away. */
export const integrityAlarms = (state: MonitorState): Alarm[] => ofParts(state, integrityOf)

function integrityOf({ journal, view }: MonitorState): Alarm[] {
  if (!journal) return []
  const found: Alarm[] = []
  const critical = (code: string, text: string): void => {
    found.push({ code, level: 'critical', text })
  }
  for (const { id, text } of journal.tampers) {
    if (id > view.dismissedTamper) critical('tampered', `journal: ${text}; run orderscope journal verify`)
  }
  if (journal.disagreement) {
    critical(
      'journal_differs',
      `journal differs: ${journal.disagreement.text}; run orderscope journal verify`,
    )
  }
  if (journal.chain.firstBreakSeq !== null) {
    const text = `journal: line ${journal.chain.firstBreakSeq} does not follow from its content and the line before`
    critical('chain_broken', `${text}; run orderscope journal verify`)
  }
  if (journal.seqBreaks > 0) {
    critical(
      'seq_broken',
      `journal: ${plural(journal.seqBreaks, 'break')} in seq; run orderscope journal verify`,
    )
  }
  if (journal.badLines > 0) {
    critical(
      'bad_lines',
      `journal: ${plural(journal.badLines, 'line')} that ${journal.badLines === 1 ? 'is' : 'are'} no entry; run orderscope journal verify`,
    )
  }
  return found
}

function totalsAlarms(state: MonitorState): Alarm[] {
  const parts = togetherIn(state) ?? [{ label: '', countedFromSeq: state.journal?.totalsFromSeq ?? 1 }]
  return parts.flatMap(({ label, countedFromSeq }) => {
    if (countedFromSeq === null || countedFromSeq <= 1) return []
    const text = `totals count from seq ${countedFromSeq}: earlier files of the journal are absent`
    return { code: 'totals_partial', level: 'warning', text: label === '' ? text : `${label}: ${text}` }
  })
}

function trackerAlarms(tracker: Health['tracker'], timeText: (timeMs: number) => string): Alarm[] {
  const { word, sinceMs } = tracker
  if (word === 'silent' && sinceMs !== null) {
    return [{ code: 'tracker_silent', level: 'critical', text: `tracker silent since ${timeText(sinceMs)}` }]
  }
  const text = STATE_TEXTS[word]
  return text ? [{ code: word.replace(' ', '_'), level: 'critical', text }] : []
}

/** What no line of the journal will ever show. */
function passedOverAlarms({ log }: MonitorState): Alarm[] {
  const text = log?.metrics && passedOverText(log.metrics.values)
  return text ? [{ code: 'passed_over', level: 'warning', text }] : []
}

function fileAlarms({ journal, log }: MonitorState): Alarm[] {
  const alarmsOf = [journal?.file, log?.file].flatMap((file) => (file ? fileAlarm(file) : []))
  if (journal && journal.seq > 0 && journal.file.state === 'missing') {
    const text = `journal: ${journal.file.path} is gone; what was read of it is still shown`
    alarmsOf.push({ code: 'file_missing', level: 'critical', text })
  }
  return alarmsOf
}

function fileAlarm({ state, path, problem }: FileStatus): Alarm[] {
  if (state === 'denied')
    return [{ code: 'file_denied', level: 'critical', text: `may not read ${path}: ${problem}` }]
  if (state === 'unreadable')
    return [{ code: 'file_unreadable', level: 'critical', text: `cannot read ${path}: ${problem}` }]
  return []
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
