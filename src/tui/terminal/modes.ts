/** What the console changes of a terminal, and how all of it is changed back. Source: xterm's ctlseqs. */
const ALTERNATE_SCREEN = '?1049'
const BRACKETED_PASTE = '?2004'
const CURSOR = '?25'
const SYNCHRONIZED = '?2026'

const set = (mode: string): string => `\x1b[${mode}h`
const reset = (mode: string): string => `\x1b[${mode}l`

/** Clears the screen and goes to its first cell. */
export const WIPE = '\x1b[2J\x1b[H'

export interface Modes {
  /** A screen of its own, which leaves what stood there before; not with a screen reader, which reads on from line to line. */
  readonly alternateScreen: boolean
  /** What to put into the window's title; null where the terminal would print it. */
  readonly title: string | null
}

/** Takes the terminal for the console. The window's title is put on the terminal's stack and taken from it again. */
export function taking({ alternateScreen, title }: Modes): string {
  return [
    title === null ? '' : `\x1b[22;2t\x1b]2;${title}\x1b\\`,
    alternateScreen ? set(ALTERNATE_SCREEN) + WIPE : '',
    set(BRACKETED_PASTE),
    // A screen reader follows the cursor.
    alternateScreen ? reset(CURSOR) : '',
  ].join('')
}

/** Gives the terminal back as it was. */
export function givingBack({ alternateScreen, title }: Modes): string {
  return [
    // A frame that was cut short may have left the terminal waiting for its end.
    reset(SYNCHRONIZED),
    '\x1b[0m',
    reset(BRACKETED_PASTE),
    alternateScreen ? reset(ALTERNATE_SCREEN) : '',
    set(CURSOR),
    title === null ? '' : '\x1b[23;2t',
  ].join('')
}
