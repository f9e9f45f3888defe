/** Where the monitor draws the line between well and unwell. */
import { define } from './definition.js'
import { decimal, wholeNumber } from './parsers.js'

export const HEALTH_SETTINGS = {
  healthSuccessExcellent: define({
    env: ['ORDERSCOPE_HEALTH_SUCCESS_EXCELLENT'],
    yaml: 'monitor.health.success_excellent_percent',
    parse: decimal(0, 100),
    default: 95,
    about: 'success rate from which the monitor calls it excellent, percent',
  }),
  healthSuccessGood: define({
    env: ['ORDERSCOPE_HEALTH_SUCCESS_GOOD'],
    yaml: 'monitor.health.success_good_percent',
    parse: decimal(0, 100),
    default: 80,
    about: 'success rate below which the monitor calls it critical, percent',
  }),
  healthThroughputNormal: define({
    env: ['ORDERSCOPE_HEALTH_THROUGHPUT_NORMAL'],
    yaml: 'monitor.health.throughput_normal_per_second',
    parse: decimal(0, 1_000_000_000),
    default: 0.3,
    about: 'records per second from which throughput is normal',
  }),
  healthThroughputLow: define({
    env: ['ORDERSCOPE_HEALTH_THROUGHPUT_LOW'],
    yaml: 'monitor.health.throughput_low_per_second',
    parse: decimal(0, 1_000_000_000),
    default: 0.1,
    about: 'records per second below which throughput has stopped',
  }),
  healthThroughputMedian: define({
    env: ['ORDERSCOPE_HEALTH_THROUGHPUT_MEDIAN'],
    yaml: 'monitor.health.throughput_median_percent',
    parse: decimal(0, 100),
    default: 20,
    about: 'throughput below this share of its 10-minute median is low, percent',
  }),
  healthErrorGreenMs: define({
    env: ['ORDERSCOPE_HEALTH_ERROR_GREEN_MS'],
    yaml: 'monitor.health.error_green_ms',
    parse: wholeNumber(1, 86_400_000),
    default: 300_000,
    about: 'milliseconds for which an error in tracker.log counts',
  }),
  healthErrorYellowMs: define({
    env: ['ORDERSCOPE_HEALTH_ERROR_YELLOW_MS'],
    yaml: 'monitor.health.error_yellow_ms',
    parse: wholeNumber(1, 86_400_000),
    default: 60_000,
    about: 'milliseconds for which an error in tracker.log is critical',
  }),
  healthSilentIntervals: define({
    env: ['ORDERSCOPE_HEALTH_SILENT_INTERVALS'],
    yaml: 'monitor.health.silent_intervals',
    parse: wholeNumber(1, 1000),
    default: 3,
    about: 'metrics intervals without a line after which the tracker is silent',
  }),
}
