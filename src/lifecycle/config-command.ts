/** `orderscope config`: every setting, its value, and where it came from. Secrets are never printed. */
import type { Argv } from 'yargs'
import type { CommandArguments } from '../shared/runtime/command.js'
import { type LoadedSettings, loadSettings } from '../shared/runtime/config/load.js'
import { SETTING_KEYS, SETTINGS, type SettingKey } from '../shared/runtime/config/settings.js'
import { ExitCode } from '../shared/runtime/errors.js'
import { escapeTerminalText } from '../shared/runtime/terminal-text.js'

const MASK = '********'

export const options = (yargs: Argv): Argv =>
  yargs
    .option('json', { type: 'boolean', default: false, describe: 'print the settings as JSON' })
    .example('$0 config --brokers localhost:9092', 'what that flag would change')

interface Row {
  name: string
  value: string | number | boolean | string[] | null
  source: string
  about: string
}

export async function run(args: CommandArguments): Promise<ExitCode> {
  const rows = SETTING_KEYS.map((key) => rowOf(key, loadSettings({ flags: args })))
  process.stdout.write(args['json'] === true ? `${JSON.stringify(rows)}\n` : table(rows))
  return ExitCode.done
}

function rowOf(key: SettingKey, { settings, sources }: LoadedSettings): Row {
  const { env, about, secret } = SETTINGS[key] as (typeof SETTINGS)[SettingKey] & { secret?: true }
  const value = settings[key]
  const isHidden = secret === true && value !== null
  return { name: env[0] ?? key, value: isHidden ? MASK : value, source: sources[key], about }
}

function table(rows: Row[]): string {
  const cells = rows.map(({ name, value, source, about }) => [name, shown(value), source, about])
  const lines = [['setting', 'value', 'source', 'about'], ...cells].map((line) =>
    line.map(escapeTerminalText),
  )
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}

function shown(value: Row['value']): string {
  if (value === null) return '-'
  return Array.isArray(value) ? value.join(',') : String(value)
}
