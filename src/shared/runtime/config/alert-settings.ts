/** When the monitor alerts: limits, how long one must be passed, and how far back is back. */
import { define } from './definition.js'
import { decimal, wholeNumber } from './parsers.js'

const HOLD_MS_MAX = 86_400_000
const COUNT_MAX = 1_000_000_000_000

export const ALERT_SETTINGS = {
  alertSuccess: define({
    env: ['ORDERSCOPE_ALERT_SUCCESS'],
    yaml: 'monitor.alerts.success_percent',
    parse: decimal(0, 100),
    default: 80,
    about: 'success rate over 60 s below which the monitor alerts, percent; 0 never',
  }),
  alertSuccessHoldMs: define({
    env: ['ORDERSCOPE_ALERT_SUCCESS_HOLD_MS'],
    yaml: 'monitor.alerts.success_hold_ms',
    parse: wholeNumber(0, HOLD_MS_MAX),
    default: 30_000,
    about: 'milliseconds for which it must be below, and above again',
  }),
  alertLag: define({
    env: ['ORDERSCOPE_ALERT_LAG'],
    yaml: 'monitor.alerts.lag_records',
    parse: wholeNumber(0, COUNT_MAX),
    default: 10_000,
    about: 'lag above which the monitor alerts, records over all partitions',
  }),
  alertLagHoldMs: define({
    env: ['ORDERSCOPE_ALERT_LAG_HOLD_MS'],
    yaml: 'monitor.alerts.lag_hold_ms',
    parse: wholeNumber(0, HOLD_MS_MAX),
    default: 30_000,
    about: 'milliseconds for which the lag must be above, and below again',
  }),
  alertStall: define({
    env: ['ORDERSCOPE_ALERT_STALL'],
    yaml: 'monitor.alerts.stalled_partitions',
    parse: wholeNumber(0, COUNT_MAX),
    default: 0,
    about: 'stalled partitions above which the monitor alerts',
  }),
  alertStallHoldMs: define({
    env: ['ORDERSCOPE_ALERT_STALL_HOLD_MS'],
    yaml: 'monitor.alerts.stall_hold_ms',
    parse: wholeNumber(0, HOLD_MS_MAX),
    default: 15_000,
    about: 'milliseconds for which they must be stalled, and move again',
  }),
  alertJournal: define({
    env: ['ORDERSCOPE_ALERT_JOURNAL'],
    yaml: 'monitor.alerts.journal_findings',
    parse: wholeNumber(0, COUNT_MAX),
    default: 0,
    about: 'alarms about the journal itself above which the monitor alerts',
  }),
  alertJournalHoldMs: define({
    env: ['ORDERSCOPE_ALERT_JOURNAL_HOLD_MS'],
    yaml: 'monitor.alerts.journal_hold_ms',
    parse: wholeNumber(0, HOLD_MS_MAX),
    default: 0,
    about: 'milliseconds for which they must stand, and be gone again',
  }),
  alertMargin: define({
    env: ['ORDERSCOPE_ALERT_MARGIN'],
    yaml: 'monitor.alerts.margin_percent',
    parse: decimal(0, 100),
    default: 10,
    about: 'how far inside its limit a figure must be for its alert to end, percent of the limit',
  }),
}
