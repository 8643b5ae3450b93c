/**
 * Signs of which each is a grapheme by itself and takes one cell, whatever stands beside it: Latin, Greek and Cyrillic,
 * punctuation, arrows, lines and blocks, and nothing that Unicode shows as an emoji.
 */
const PLAIN =
  '\\x20-\\x7e\\u00a1-\\u00ac\\u00ae-\\u02ff\\u0370-\\u0482\\u048a-\\u052f\\u2010-\\u2027\\u2030-\\u205e' +
  '\\u2190-\\u2319\\u2500-\\u25fc\\u25ff-\\u2613\\u2713\\u2717'
const ONLY_PLAIN = new RegExp(`^[${PLAIN}]*$`)
/** The beginning of a control sequence and a new line are graphemes, too, though they take no cell. */
const ONE_BY_ONE = new RegExp(`^[\\n\\x1b${PLAIN}]*$`)

type Grapheme = Pick<Intl.SegmentData, 'segment' | 'index'>

let segmenter: Intl.Segmenter | undefined

/** Whether each UTF-16 unit of a text is a grapheme of one cell. */
export const isPlain = (text: string): boolean => ONLY_PLAIN.test(text)

/**
 * The graphemes of a text: what a person takes for one character (UAX #29). Nearly all that the console draws is plain
 * and does without Intl.Segmenter, whose first use takes 13 ms.
 */
export function graphemesIn(text: string): Iterable<Grapheme> {
  if (ONE_BY_ONE.test(text)) return text.split('').map((segment, index) => ({ segment, index }))
  segmenter ??= new Intl.Segmenter()
  return segmenter.segment(text)
}
