/** `1 letter`, `12 letters`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const [last, ...others] = words.toReversed()
  return others.length === 0 ? (last ?? '') : `${others.reverse().join(', ')} and ${last}`
}
