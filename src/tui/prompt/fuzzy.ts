/**
 * What fits to `typed`, the best first: all its letters occur in this order, whatever their case. Better is what has them
 * side by side, and at the beginnings of words, then what is short. Nothing typed fits everything, in the order given.
 */
export function fuzzy<Item>(typed: string, items: readonly Item[], wordsOf: (item: Item) => string): readonly Item[] {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '')
  if (wanted === '') return items
  return items
    .map((item) => ({ item, score: scoreOf(wanted, wordsOf(item).toLowerCase()) }))
    .flatMap(({ item, score }) => (score === null ? [] : [{ item, score }]))
    .sort((one, other) => other.score - one.score || wordsOf(one.item).length - wordsOf(other.item).length)
    .map(({ item }) => item)
}

const BESIDE = 3
const WORD_BEGINNING = 4

function scoreOf(wanted: string, words: string): number | null {
  const whole = words.indexOf(wanted)
  let score = whole === -1 ? 0 : 10 * wanted.length
  let last = -2
  for (const letter of wanted) {
    const at = words.indexOf(letter, last < 0 ? 0 : last + 1)
    if (at === -1) return whole === -1 ? null : score
    if (at === last + 1) score += BESIDE
    if (at === 0 || words[at - 1] === ' ') score += WORD_BEGINNING
    last = at
  }
  return score
}
