/** How fast the screen moves under load: whoever makes what it shows has no use for being faster. */

/** Least time between two frames, and between two reports of what was read, milliseconds. */
export const FRAME_MS = 100
