const MARKS = `a${'\u0300'.repeat(4096)}`

/** What a stranger might have put into a name, an address or a server's reply to act on the terminal of who reads it. */
export const PAYLOADS: readonly string[] = [
  '\x1b[2J\x1b[1;1Hgone',
  '\x1b]52;c;cHduZWQ=\x07',
  '\x1b]52;c;cHduZWQ=\x1b\\',
  '\x1b]8;;http://x\x9b2J\x1b\\link\x1b]8;;\x1b\\',
  '\x1b]8;;http://x\x1b\x1b]52;c;cHduZWQ=\x07',
  '\x1b]8;;unterminated',
  '\x1b]0;title\x07',
  '\x1b]11;?\x07\x1b[c\x1b[6n\x1bP$qm\x1b\\',
  '\x1b[31;8mhidden\x1b[?1049l\x1b[?25h',
  '\x1bc\x1b(0lqqk',
  '\x9b2J\x9d52;c;cHduZWQ=\x9c\x90q\x9c',
  'gpj\u202eexe.\u2066left\u2069',
  'two\nlines\r\nand\rmore\u2028\u2029\x85\x0b\x0c',
  'z\u200be\u200dr\u2060o\ufeff\u00ad\u115f\u3164\ufe0f\u{e0041}',
  MARKS,
  '\ud800half\udc00',
  '\t\b\b\b\x7f\x00',
  '👩‍👩‍👧王\u0301🇹🇼\u20dd',
]

/** What never comes in text that is inert: controls, formats, private, halves of pairs, what ends a line or shows nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u

/** What the console itself sends until it ends: modes, colours, the cursor's moves, what clears, and its own title. */
const OWN =
  /\x1b\[\?(?:1049h|2004h|25l|2026[hl])|\x1b\[2J\x1b\[H|\x1b\[1;1H\x1b\[J|\x1b\[(?:[0-79]|\d\d)?(?:;(?:[0-79]|\d\d))*m|\x1b\[\d*[AEGK]|\x1b\[22;2t\x1b\]2;postern [ -~]*\x1b\\/g

/** Behind a sign that would join a letter of an Indic script to the next one. */
const BETWEEN_LETTERS = /(?<=\p{M})\u200c/gu

/** More marks on a letter than any language has: they would cover other lines. */
const STACK = /\p{M}{5,}/u

/** What was written to a terminal besides the console's own sequences and text that is inert; empty where all is well. */
export function strangeIn(written: string): readonly string[] {
  const rest = written
    .replaceAll(OWN, '')
    .replaceAll(/[\r\n]/g, '')
    .replaceAll(BETWEEN_LETTERS, '')
  const at = rest.search(new RegExp(`${UNSEEN.source}|${STACK.source}`, 'u'))
  return at === -1 ? [] : [JSON.stringify(rest.slice(Math.max(0, at - 20), at + 20))]
}
