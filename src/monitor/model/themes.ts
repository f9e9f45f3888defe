/** The colour themes by name; what their colours are is the view's affair. */

/** `dark` is the first one and the default. `safe` can be read by the colour-blind. */
export const THEMES = ['dark', 'light', 'contrast', 'safe'] as const

export type ThemeName = (typeof THEMES)[number]
