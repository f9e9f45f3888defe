/** What comes into the built monitor from a real pseudoterminal: pastes, bursts, replies, the mouse, and job control. */
import { expect, test } from 'vitest'
import { CLI } from '../support/cli.js'
import { spawnInPty, startInPty } from '../support/screen.js'
import { tempDir } from '../support/temp-dir.js'
import { TrackerFiles } from '../support/tracker-files.js'

const SIZE = { columns: 100, rows: 30 }

function journalOf(records: number): { dir: string; files: TrackerFiles } {
  const dir = tempDir()
  const files = new TrackerFiles(dir)
  const start = Date.now() - records * 10
  files.writeEvents(files.opened(start), files.orders(records, { timeMs: start, stepMs: 10 }))
  files.appendLog(files.metrics(Date.now()))
  return { dir, files }
}

test('a paste is never keys: nothing happens in a view, and in a prompt it is text', async () => {
  const { dir } = journalOf(3)
  const monitor = startInPty(['monitor'], { dir, ...SIZE })
  await monitor.shows(/received\s+3/)
  monitor.type(`\u001b[200~${'quit please\n'.repeat(1000)}\u001b[201~`)
  monitor.type('6')
  await monitor.shows(/─ Files/)
  monitor.type('/\u001b[200~client\n03\u001b[201~')
  await monitor.shows(/ \/client 03_/)
  monitor.type('\u001b')
  await monitor.shows(/6 Journal/)
  monitor.type('q')
  expect((await monitor.ended).exitCode).toBe(0)
})

test('fifty keys in one write are fifty steps; replies of the terminal are none', async () => {
  const { dir } = journalOf(100)
  const monitor = startInPty(['monitor'], { dir, ...SIZE })
  await monitor.shows(/received\s+100/)
  monitor.type(`2\u001b]11;rgb:1111/1111/1111\u001b\\${'k'.repeat(50)}\u001b[?62;4c\u001b[5;1R`)
  await monitor.shows(/51 of 101/)
})

test('the mouse is the terminal’s until M or --mouse: then the wheel moves and a click chooses and opens', async () => {
  const { dir } = journalOf(100)
  const monitor = startInPty(['monitor', '--view', 'live'], { dir, ...SIZE })
  await monitor.shows(/#100 /)
  expect(monitor.screen.raw).not.toContain('\u001b[?1000h')
  monitor.type('M\u001b[<64;10;10M\u001b[<64;10;10M')
  await monitor.shows(/95 of 101/)
  expect(monitor.screen.raw).toContain('\u001b[?1000h\u001b[?1006h')
  const lines = await monitor.screen.lines()
  const row = lines.findIndex((line) => line.includes('#90 '))
  const click = `\u001b[<0;20;${row + 1}M\u001b[<0;20;${row + 1}m`
  monitor.type(click)
  await monitor.shows(/▸.*#90 /)
  const moved = (await monitor.screen.lines()).findIndex((line) => line.includes('#90 '))
  monitor.type(`\u001b[<0;20;${moved + 1}M`)
  await monitor.shows(/Detail[\s\S]*order +00000000-0000-4000-8000-000000000089/)
  const footer = (await monitor.screen.lines()).findIndex((line) => line.includes('6 Journal'))
  monitor.type(`\u001b[<0;${(await monitor.screen.lines())[footer]?.indexOf('Lag')};${footer + 1}M`)
  await monitor.shows(/─ Lag/)
  monitor.type('q')
  await monitor.ended
  expect(monitor.screen.raw.lastIndexOf('\u001b[?1000l')).toBeGreaterThan(
    monitor.screen.raw.lastIndexOf('\u001b[?1000h'),
  )
})

test('Ctrl-Z gives the shell its terminal, fg brings the screen back, and keys work again', async () => {
  const { dir, files } = journalOf(20)
  const shell = spawnInPty('/bin/bash', ['--norc', '--noprofile', '-i'], {
    dir,
    ...SIZE,
    env: { PS1: 'prompt> ', NODE: process.execPath, CLI },
  })
  await shell.shows(/prompt>/)
  shell.type('"$NODE" "$CLI" monitor\r')
  await shell.shows(/received\s+20/)
  shell.type('\u001a')
  await shell.shows(/Stopped[\s\S]*prompt>$/m)
  expect(shell.screen.isAlternate).toBe(false)
  expect(shell.screen.isCursorShown).toBe(true)
  files.appendEvents(files.orders(5, { timeMs: Date.now(), first: 20 }))
  shell.type('fg\r')
  await shell.shows(/^ orderscope[\s\S]*received\s+25[\s\S]*6 Journal/)
  expect(shell.screen.isAlternate).toBe(true)
  shell.type('6')
  await shell.shows(/─ Files/)
  shell.type('q')
  await shell.shows(/prompt>\s*$/)
  shell.type('exit\r')
  await shell.ended
})

test('Ctrl-L draws the whole screen again over what another program left there', async () => {
  const { dir } = journalOf(20)
  const monitor = startInPty(['monitor'], { dir, ...SIZE })
  await monitor.shows(/received\s+20[\s\S]*6 Journal/)
  monitor.screen.write('\u001b[5;1Hsomebody else was here')
  await monitor.shows(/somebody else was here/)
  monitor.type('\u000c')
  await monitor.shows(/^(?![\s\S]*somebody)[\s\S]*received\s+20[\s\S]*6 Journal/)
})
