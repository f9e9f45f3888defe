/** When a reader tells of what it has read. */
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { ReportPace } from '../../../../src/monitor/tail/report-pace.js'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
})

/** Notes when reports begin. */
function pace({ readingMs = 100, isNews = true } = {}): { reports: number[]; pace: ReportPace } {
  const reports: number[] = []
  const beganMs = performance.now()
  const report = (): boolean => {
    reports.push(performance.now() - beganMs)
    return isNews
  }
  return { reports, pace: new ReportPace(report, readingMs) }
}

test('what comes after a quiet time is told at once, what follows soon when its time has come, once', () => {
  const { reports, pace: paced } = pace()
  paced.looked(false)
  for (let step = 0; step < 5; step += 1) {
    vi.advanceTimersByTime(10)
    paced.looked(false)
  }
  vi.advanceTimersByTime(500)
  expect(reports).toEqual([0, 100])
  paced.looked(false)
  expect(reports).toEqual([0, 100, 550])
})

test('while there is more to read it waits until so much has passed since the beginning of the reading', () => {
  const { reports, pace: paced } = pace({ readingMs: 250 })
  for (let step = 0; step < 60; step += 1) {
    paced.looked(step < 59)
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(500)
  expect(reports).toEqual([250, 500, 600])
})

test('a report that had nothing to tell puts off none', () => {
  const { reports, pace: paced } = pace({ isNews: false })
  paced.looked(false)
  vi.advanceTimersByTime(10)
  paced.looked(false)
  expect(reports).toEqual([0, 10])
})

test('nothing is told after the end', () => {
  const { reports, pace: paced } = pace()
  paced.tell()
  paced.looked(false)
  paced.close()
  vi.advanceTimersByTime(500)
  expect(reports).toEqual([0])
})
