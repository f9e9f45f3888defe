/**
 * The file that remembers what a person chose, as text and as values.
 *
 * What is not understood in it is told and never taken for something else: it may be of a newer version, or of a person.
 */
import { errorText } from '../../shared/runtime/errors.js'
import { COLUMNS, type ColumnName } from '../model/columns.js'
import { type Preferences, TIME_STYLES, type TimeStyle } from '../model/preferences.js'
import { THEMES, type ThemeName } from '../model/themes.js'
import { VIEWS, type ViewName } from '../model/views.js'

const FORMAT = 1

/** As it stands in the file; docs/formats.md documents it. */
interface RememberedFile {
  format: typeof FORMAT
  view?: ViewName
  theme?: ThemeName
  time_style?: TimeStyle
  columns?: ColumnName[]
}

/** What was chosen in earlier runs, or why that cannot be said. */
export type Remembered = { preferences: Partial<Preferences> } | { problem: string }

const oneOf =
  (values: readonly string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string)

/** Names of columns, at least one and none twice. */
const areColumns = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  new Set(value).size === value.length &&
  value.every(oneOf(COLUMNS))

/** Which values each field can have. */
const FIELDS: Record<Exclude<keyof RememberedFile, 'format'>, (value: unknown) => boolean> = {
  view: oneOf(VIEWS),
  theme: oneOf(THEMES),
  time_style: oneOf(TIME_STYLES),
  columns: areColumns,
}

/** `text` is null where there is no file yet. */
export function rememberedIn(text: string | null): Remembered {
  if (text === null) return { preferences: {} }
  const file = parsed(text)
  return 'problem' in file ? file : { preferences: preferencesIn(file) }
}

function preferencesIn(file: RememberedFile): Partial<Preferences> {
  const { view, theme, time_style: timeStyle, columns: eventColumns } = file
  return {
    ...(view && { view }),
    ...(theme && { theme }),
    ...(timeStyle && { timeStyle }),
    ...(eventColumns && { eventColumns }),
  }
}

/** The text that remembers `changes` beside all that stands in `before`, fields of another version included. */
export function rememberedText(before: string | null, changes: Partial<Preferences>): string {
  const { view, theme, timeStyle, eventColumns } = changes
  const old = before === null ? {} : (JSON.parse(before) as object)
  const file: RememberedFile = {
    ...old,
    format: FORMAT,
    ...(view && { view }),
    ...(theme && { theme }),
    ...(timeStyle && { time_style: timeStyle }),
    ...(eventColumns && { columns: [...eventColumns] }),
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

function parsed(text: string): RememberedFile | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `is not JSON (${errorText(error)})` }
  }
  if (typeof value !== 'object' || value === null) return { problem: 'is not a JSON object' }
  const fields = value as Record<string, unknown>
  const format = fields['format']
  if (typeof format === 'number' && format > FORMAT)
    return { problem: `is of a newer version (format ${format})` }
  if (format !== FORMAT) return { problem: `has no "format": ${FORMAT}` }
  for (const [name, isKnown] of Object.entries(FIELDS)) {
    const given = fields[name]
    if (given !== undefined && !isKnown(given)) {
      return { problem: `has a field "${name}" that cannot be (${JSON.stringify(given)?.slice(0, 40)})` }
    }
  }
  return value as RememberedFile
}
