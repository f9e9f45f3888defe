/**
 * The file that remembers what a person chose, as text and as values.
 *
 * What is not understood in it is told and never taken for something else: it may be of a newer version, or of a person.
 */
import { errorText } from '../../shared/runtime/errors.js'
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
}

/** What was chosen in earlier runs, or why that cannot be said. */
export type Remembered = { preferences: Partial<Preferences> } | { problem: string }

const oneOf =
  (values: readonly string[]) =>
  (value: unknown): boolean =>
    values.includes(value as string)

/** Which values each field can have. */
const FIELDS: Record<Exclude<keyof RememberedFile, 'format'>, (value: unknown) => boolean> = {
  view: oneOf(VIEWS),
  theme: oneOf(THEMES),
  time_style: oneOf(TIME_STYLES),
}

/** `text` is null where there is no file yet. */
export function rememberedIn(text: string | null): Remembered {
  if (text === null) return { preferences: {} }
  const file = parsed(text)
  return 'problem' in file ? file : { preferences: preferencesIn(file) }
}

function preferencesIn({ view, theme, time_style: timeStyle }: RememberedFile): Partial<Preferences> {
  return { ...(view && { view }), ...(theme && { theme }), ...(timeStyle && { timeStyle }) }
}

/** The text that remembers `changes` beside all that stands in `before`, fields of another version included. */
export function rememberedText(before: string | null, changes: Partial<Preferences>): string {
  const { view, theme, timeStyle } = changes
  const old = before === null ? {} : (JSON.parse(before) as object)
  const file: RememberedFile = {
    ...old,
    format: FORMAT,
    ...(view && { view }),
    ...(theme && { theme }),
    ...(timeStyle && { time_style: timeStyle }),
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
      return { problem: `has an unknown ${name} (${JSON.stringify(given)?.slice(0, 40)})` }
    }
  }
  return value as RememberedFile
}
