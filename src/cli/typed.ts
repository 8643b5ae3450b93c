/** What a text that was typed or pasted into one line comes to. */
export interface Typed {
  readonly line: string
  /** How the line was left, or null while it is open. */
  readonly end: 'entered' | 'given-up' | null
}

/**
 * Obeys the keys within a text: a terminal hands over in one piece what was pasted, or typed ahead, and Ink and its
 * input field then take Enter, Ctrl-U and Backspace for letters. What else controls a terminal is left out.
 */
export function obeyKeys(text: string): Typed {
  let line = ''
  for (const character of text) {
    switch (character) {
      case '\r':
      case '\n':
        return { line, end: 'entered' }
      case '\u0003':
      case '\u0004':
        return { line, end: 'given-up' }
      case '\u0015':
        line = ''
        break
      case '\b':
      case '\u007f':
        line = [...line].slice(0, -1).join('')
        break
      default:
        if (!/\p{Cc}/u.test(character)) line += character
    }
  }
  return { line, end: null }
}
