/** Text that cannot act on a terminal: nothing in it moves a cursor, hides, reorders or ends a line. */
export type InertText = string & { readonly __inert: true }

const PLAIN = /^[\x20-\x7e]*$/
/**
 * What is shown by its number: controls, formats, private, surrogates and unassigned (\p{C}), line and paragraph
 * separators, fillers and variation selectors (ignorable by default; the Braille blank is not, and is as invisible).
 */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u
const MARK = /\p{M}/u
/**
 * What some terminals give more cells than Ink: skin colours, on people too, what joins the letter behind it to one
 * grapheme (Prepend of GraphemeBreakProperty.txt), circled numbers on black squares. A name of 40 coloured hands wrote
 * over the rows around it. Measured in tmux 3.3a: every code point between letters.
 */
const DISPUTED =
  /[\p{Emoji_Modifier}\u0d4e\u3248-\u324f\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u
/** Two letters of flags that make none are one cell to Ink, and two to terminals. */
const FLAG = /^\p{RGI_Emoji_Flag_Sequence}$/v
const FLAG_LETTERS = /^\p{RI}{2}$/u
/** What sits on the character before it: a flag with one on it is a flag no more. */
const SITTING = /[\p{M}\uff9e\uff9f]/u
/** A character, or two letters of flags. */
const PIECES = /\p{RI}{2}|./gsu
/** Text of any script that needs no look at its single characters. */
const QUIET =
  /^[^\p{C}\p{M}\p{Emoji_Modifier}\p{RI}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u0e33\u0eb3\u0d4e\u3248-\u324f\u{11000}-\u{11fff}]*$/u
/** Real languages need three on one letter; stacks of hundreds cover the lines above and below. */
const MOST_MARKS = 3
/**
 * The vowel AM of Thai and Lao is one letter to Unicode's graphemes and to Ink, which give it no cell of its own, and has
 * one in every terminal. Its two parts, by which it may be spelt as well (UnicodeData.txt), look the same, and all agree.
 */
const AM: Readonly<Record<string, string>> = { '\u0e33': '\u0e4d\u0e32', '\u0eb3': '\u0ecd\u0eb2' }
const WITH_AM = /[\u0e33\u0eb3]/g
/**
 * What joins a letter of the Indic scripts to the next one. Unicode's graphemes, and Ink by them, give the two letters one
 * cell; every terminal, which prints them one by one, gives them two, and a row with a name in Hindi would be wider than
 * the screen. A non-joiner between them is how the scripts spell that they stand apart, and all agree. Source:
 * Indic_Conjunct_Break=Linker of DerivedCoreProperties.txt, Unicode 17.
 */
const LINKER =
  /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]/u
const NON_JOINER = '\u200c'
const LETTER =
  /[[\p{sc=Deva}\p{sc=Beng}\p{sc=Gujr}\p{sc=Orya}\p{sc=Telu}\p{sc=Mlym}\p{sc=Mymr}\p{sc=Khmr}\p{sc=Lana}\p{sc=Bali}\p{sc=Sund}\p{sc=Java}\p{sc=Mtei}\p{sc=Khar}\p{sc=Cakm}\p{sc=Diak}\p{sc=Zanb}\p{sc=Soyo}\p{sc=Kawi}]&&\p{L}]/v
/** A frame around a digit makes a keycap, of two cells to Ink and of one to terminals. */
const FRAMED = /[\d#*]/
const CUT = '…'

const DEFAULT_LENGTH = 200
const DEFAULT_LINES = 1000

/** A code point that is not to reach a terminal, spelt in plain ASCII: `^[`, `<9B>`, `<U+202E>`. */
function spell(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint < 0x20) return `^${String.fromCharCode(codePoint + 0x40)}`
  if (codePoint === 0x7f) return '^?'
  const hex = codePoint.toString(16).toUpperCase()
  return codePoint < 0xa0 ? `<${hex}>` : `<U+${hex.padStart(4, '0')}>`
}

/**
 * Any text as something a terminal may be given: caret notation for C0 and DEL, `<9B>` for C1, `<U+202E>` for what
 * is invisible or reorders, at most three combining marks on a letter, U+FFFD for half a surrogate pair. Measured on
 * Ink 8, which passes an OSC 8 payload unchecked: nothing of 200,000 fuzzed strings got through. Idempotent.
 * @param maxLength code points of the result at most (1 or more); what is longer ends in `…`
 */
export function inert(text: string, maxLength = DEFAULT_LENGTH): InertText {
  if (text.length <= maxLength && (PLAIN.test(text) || QUIET.test(text))) return text as InertText
  // A code point is two units at most: the rest of a megabyte that a server said is not even looked at.
  const head = text
    .slice(0, 2 * maxLength + 2)
    .toWellFormed()
    .replace(WITH_AM, (am) => AM[am] ?? am)
  let shown = ''
  let length = 0
  /** Where to cut so that the mark of the cut fits in: never within a spelling. */
  let fitting = 0
  let marks = MOST_MARKS
  let before = ''
  let isJoined = false
  for (const [character] of head.matchAll(PIECES)) {
    const isJoiner: boolean = isJoined && character === NON_JOINER
    const unseen: boolean = !isJoiner && (UNSEEN.test(character) || isMisread(character, before))
    before = character
    // A mark at the very start would sit on whatever stands before the text.
    if (!isJoiner) marks = !unseen && MARK.test(character) ? marks + 1 : 0
    const isSpelt: boolean = unseen || marks > MOST_MARKS
    const joiner = isJoined && LETTER.test(character) ? NON_JOINER : ''
    const piece = isSpelt ? Array.from(character, spell).join('') : `${joiner}${character}`
    isJoined = !isSpelt && (LINKER.test(character) || (isJoined && MARK.test(character)))
    length += piece === character ? codePoints(character) : piece.length
    if (length > maxLength) return `${shown.slice(0, fitting)}${CUT}` as InertText
    shown += piece
    if (length < maxLength) fitting = shown.length
  }
  return shown as InertText
}

const codePoints = (piece: string): number => (FLAG_LETTERS.test(piece) ? 2 : 1)

/** Whether terminals and Ink would not agree on the cells of a character behind another. */
const isMisread = (character: string, before: string): boolean =>
  DISPUTED.test(character) ||
  (FLAG_LETTERS.test(character) && !FLAG.test(character)) ||
  (FLAG_LETTERS.test(before) && SITTING.test(character)) ||
  (character === '\u20e3' && FRAMED.test(before))

/**
 * The lines of a longer text, each inert. LF and CRLF end a line; a CR alone does not.
 * @param maxLength code points of each line at most
 * @param maxLines lines at most; when there are more, the last one is `…`
 */
export function inertLines(text: string, maxLength = DEFAULT_LENGTH, maxLines = DEFAULT_LINES): readonly InertText[] {
  const lines = text.split(/\r?\n/, maxLines + 1)
  const shown = lines.slice(0, maxLines).map((line) => inert(line, maxLength))
  return lines.length > maxLines ? [...shown.slice(0, -1), inert(CUT)] : shown
}
