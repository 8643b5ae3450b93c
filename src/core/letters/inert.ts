/**
 * What a name must not bring into a letter: controls, line and paragraph separators, bidirectional controls (UAX #9),
 * zero-width marks and tag characters that hide text, noncharacters, lone surrogates. The joiners U+200C and U+200D
 * stay: Persian and Indic names and many emoji are written with them.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/u
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g
const ALL_UNSAFE = new RegExp(UNSAFE, 'gu')

/** `text` on one line, without anything that breaks, hides or reorders what stands around it. */
export function inertLine(text: string): string {
  if (!UNSAFE.test(text)) return text
  return text.toWellFormed().replace(BREAKS, ' ').replace(ALL_UNSAFE, '')
}

/** The first `limit` characters of `text` (code points), with an ellipsis as the last one when more followed. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const characters = [...text]
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`
}
