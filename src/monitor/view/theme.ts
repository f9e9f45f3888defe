/**
 * The colours of each theme. They only ever repeat what a sign or word says, and are those of the terminal's own
 * palette, so that they go with its background.
 */
import chalk from 'chalk'
import { createContext } from 'react'
import type { Level } from '../model/health.js'
import type { ThemeName } from '../model/themes.js'

export type Tone = Level | 'plain' | 'quiet' | 'accent' | 'border'

/** Paints a text; a tone that is missing is left in the terminal's own colour. */
export type Theme = Partial<Record<Tone, (text: string) => string>>

const { gray } = chalk

const COLORS: Record<ThemeName, Theme> = {
  dark: {
    good: chalk.green,
    warning: chalk.yellow,
    critical: chalk.red,
    unknown: gray,
    quiet: gray,
    border: gray,
    accent: chalk.cyan,
  },
  // Yellow and cyan cannot be read on white.
  light: {
    good: chalk.green,
    warning: chalk.magenta,
    critical: chalk.red,
    unknown: gray,
    quiet: gray,
    border: gray,
    accent: chalk.blue,
  },
  // Nothing is dimmed, and what is wrong stands out as a block.
  contrast: {
    good: chalk.greenBright,
    warning: chalk.yellowBright.bold,
    critical: chalk.inverse.bold,
    accent: chalk.bold,
  },
  // Blue against yellow is seen with any of the usual colour blindnesses, red against green is not.
  safe: {
    good: chalk.blueBright,
    warning: chalk.yellow,
    critical: chalk.yellowBright.inverse,
    unknown: gray,
    quiet: gray,
    border: gray,
    accent: chalk.cyan,
  },
}

export const themeOf = (name: ThemeName): Theme => COLORS[name]

export const ThemeContext = createContext<Theme>(COLORS.dark)
