import type { Tone } from './line.ts'
import type { Glyphs } from './theme.ts'

/** The sign that says the same as a tone's colour; a space where there is none. */
export function toneGlyph(tone: Tone, { good, bad, warn, busy }: Glyphs): string {
  switch (tone) {
    case 'good':
      return good
    case 'bad':
      return bad
    case 'warn':
      return warn
    case 'busy':
      return busy
    case 'plain':
    case 'dim':
    case 'accent':
      return ' '
  }
}
