/**
 * `orderscope monitor`: the live screen, lines of text where there is no terminal, or one look as text or JSON.
 *
 * What Ink and React are must be decided before they are loaded, so they are imported only by what needs them.
 */
import { join } from 'node:path'
import type { Argv } from 'yargs'
import { systemClock } from '../shared/runtime/clock.js'
import type { CommandArguments } from '../shared/runtime/command.js'
import { ExitCode, SuiteError } from '../shared/runtime/errors.js'
import { flagReader, refuseFlags, within } from '../shared/runtime/flags.js'
import { memoryFolder, settingsFolder } from '../shared/runtime/user-folders.js'
import { watchedJournals } from './journals.js'
import { recall } from './memory/memory.js'
import { GO_TO_FORMS, goToOf } from './model/go-to.js'
import { keyMapOf } from './model/key-map.js'
import { DEFAULT_PREFERENCES, type Preferences } from './model/preferences.js'
import type { Size } from './model/state.js'
import { THEMES, type ThemeName } from './model/themes.js'
import { VIEWS, type ViewName } from './model/views.js'
import type { Target } from './moment/target.js'
import { keysIn } from './own-keys.js'
import { setupFrom } from './setup.js'
import { ASCII, glyphsFor } from './view/glyphs.js'
import { openWatch } from './watch.js'

/** Of what is remembered, and of what a person has set. */
const USER_FILE = 'monitor.json'
const SIZE = /^(\d{1,4})x(\d{1,4})$/
/** Of `--once` where nothing says how large the screen is. */
const DEFAULT_SIZE: Size = { columns: 120, rows: 40 }

export const options = (yargs: Argv): Argv =>
  yargs
    .option('once', { type: 'boolean', describe: 'print one frame as text and end' })
    .option('json', { type: 'boolean', describe: 'print one snapshot as JSON and end' })
    .conflicts('once', 'json')
    .option('size', {
      type: 'string',
      requiresArg: true,
      describe: 'columns x rows of --once, for example 120x40',
    })
    .option('view', { choices: VIEWS, describe: 'what to look at first: as last time, or overview' })
    .option('ascii', { type: 'boolean', describe: 'draw with ASCII signs only' })
    .option('mask', { type: 'boolean', describe: 'show no names, e-mail, phone numbers or addresses' })
    .option('theme', {
      choices: THEMES,
      describe: 'colours: as last time, or dark; C goes to the next ones',
    })
    .option('mouse', {
      type: 'boolean',
      describe: 'wheel and clicks from the beginning; M turns it on and off',
    })
    .option('bell', { type: 'boolean', describe: 'ring when an alert is raised, at most every 10 s' })
    .option('screen-reader', {
      type: 'boolean',
      describe: 'sentences instead of a screen, with the same keys; also by INK_SCREEN_READER=true',
    })
    .option('from', {
      type: 'string',
      requiresArg: true,
      describe: `begin in the past: ${GO_TO_FORMS}`,
    })
    .option('replay', { type: 'boolean', describe: 'play the past again from --from on' })
    .option('speed', { type: 'string', requiresArg: true, describe: 'of --replay: 0.1 to 1000, default 1' })
    .implies('replay', 'from')
    .implies('speed', 'replay')
    .option('record', {
      type: 'string',
      requiresArg: true,
      describe: 'record the screen in a new .cast file for asciinema; implies --mask',
    })
    .conflicts('screen-reader', ['once', 'json', 'record', 'mouse'])
    .conflicts('from', ['once', 'json'])
    .conflicts('record', ['once', 'json'])
    .example('$0 monitor', 'watch; q leaves and stops nothing')
    .example('$0 monitor | tee health.txt', 'a line a second while something moves, and every alarm')
    .example('$0 monitor --once --size 80x24', 'one frame, for a mail or a cron job')
    .example('$0 monitor --replay --from 10:15 --speed 10', 'an incident once more, ten times as fast')
    .example('$0 monitor --record incident.cast', 'for asciinema play, without a customer in it')
    .example('$0 monitor --dir a --dir b', 'the journals of several trackers; those of a cluster as one')
    .example('$0 monitor --json | jq .health.global', 'one snapshot, for a script')

export async function run(args: CommandArguments): Promise<ExitCode> {
  const { settings, journals } = watchedJournals(args)
  const isOnce = args['json'] === true || args['once'] === true
  const isLive = !isOnce && process.stdout.isTTY && process.stdin.isTTY
  const memoryFile = join(memoryFolder(), USER_FILE)
  const remembered = isLive ? recall(memoryFile) : { preferences: {} }
  const runOptions = {
    isMouseOn: args['mouse'] === true,
    isBellOn: args['bell'] === true,
    isMasked: args['mask'] === true || args['record'] !== undefined,
    keys: isLive ? keysIn(join(settingsFolder(), USER_FILE)) : keyMapOf(),
    preferences: {
      ...DEFAULT_PREFERENCES,
      ...('preferences' in remembered ? remembered.preferences : {}),
      ...preferencesIn(args),
    },
  }
  const setup = setupFrom(settings, runOptions, journals)
  const glyphs = args['ascii'] === true ? ASCII : glyphsFor(process.env)
  const from = startOf(args)
  if (from && journals.length > 1) {
    refuseFlags(`--from shows the past of one journal, and ${journals.length} are named; name one`)
  }
  prepareColours()
  if (args['json'] === true) {
    const { printSnapshot } = await import('./once.js')
    return printSnapshot(setup)
  }
  if (args['once'] === true) {
    const { printFrame } = await import('./print-frame.js')
    return printFrame(setup, { glyphs, size: frameSize(args['size']) })
  }
  const recordFile = typeof args['record'] === 'string' ? args['record'] : null
  if (!isLive) {
    if (recordFile !== null) {
      throw new SuiteError('no_terminal', '--record needs a terminal: it records the screen', {
        exit: ExitCode.usage,
      })
    }
    const { printLines } = await import('./print-lines.js')
    return printLines(setup)
  }
  // Reading begins while what draws is still loaded.
  const watch = openWatch(setup, { isBusinessFirst: setup.preferences.view === 'business' })
  const options = { glyphs, watch, from, memory: { path: memoryFile, remembered } }
  try {
    if (isSpoken(args)) {
      const { speak } = await import('./speak.js')
      return await speak(setup, options)
    }
    const { watchLive } = await import('./live.js')
    return await watchLive(setup, { ...options, recordFile })
  } finally {
    await watch.close()
  }
}

/** The name that other programs drawn with Ink go by; a recording is one of the screen. */
function isSpoken(args: CommandArguments): boolean {
  const isWished = args['screen-reader'] ?? process.env['INK_SCREEN_READER'] === 'true'
  return isWished === true && args['record'] === undefined
}

/** What the flags say for this run; nobody chose it for good. */
function preferencesIn({ view, theme }: CommandArguments): Partial<Preferences> {
  return { ...(view ? { view: view as ViewName } : {}), ...(theme ? { theme: theme as ThemeName } : {}) }
}

/** @throws {SuiteError} `configuration` (78) for a --from or --speed that cannot be meant. */
function startOf(args: CommandArguments): { target: Target; speed: number | null } | null {
  const flag = flagReader(args, { from: GO_TO_FORMS, speed: 'a number from 0.1 to 1000' })
  const target = flag('from', (text) => targetOf(text))
  const speed = flag('speed', within(0.1, 1000)) ?? 1
  return target ? { target, speed: args['replay'] === true ? speed : null } : null
}

function targetOf(text: string): Target | null {
  const goTo = goToOf(text, systemClock.now())
  return 'target' in goTo ? goTo.target : null
}

/** The colour library, which looks when it is loaded, knows no NO_COLOR. */
function prepareColours(): void {
  const isColorless = (process.env['NO_COLOR'] ?? '') !== '' || !process.stdout.isTTY
  if (isColorless) process.env['FORCE_COLOR'] ??= '0'
  if ((process.env['NO_COLOR'] ?? '') !== '') process.env['FORCE_COLOR'] = '0'
}

function frameSize(given: unknown): Size {
  if (given === undefined) {
    const columns = process.stdout.columns ?? Number(process.env['COLUMNS'])
    const rows = process.stdout.rows ?? Number(process.env['LINES'])
    return columns > 0 && rows > 0 ? { columns, rows } : DEFAULT_SIZE
  }
  const [, columns, rows] = SIZE.exec(String(given)) ?? []
  if (!columns || !rows || Number(columns) === 0 || Number(rows) < 2) {
    throw new SuiteError('bad_size', `--size is "${given}": expected columns x rows, for example 120x40`, {
      exit: ExitCode.configuration,
    })
  }
  return { columns: Number(columns), rows: Number(rows) }
}
