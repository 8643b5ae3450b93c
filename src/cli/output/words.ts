/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  const [last, ...others] = words.toReversed()
  return others.length === 0 ? (last ?? '') : `${others.reverse().join(', ')} and ${last}`
}
