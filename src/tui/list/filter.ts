/** A filter as it was typed: words, `field:value`, and either with `!` in front, which turns it round. */
export interface Filter {
  /** What must be found: the words that are neither, as one text. */
  readonly words: string
  /** What must not be found. */
  readonly without: readonly string[]
  /** `field:value` by field; the last one of a field holds. */
  readonly fields: ReadonlyMap<string, FieldFilter>
}

interface FieldFilter {
  readonly value: string
  readonly inverse: boolean
}

/**
 * Reads a filter. What looks like a field that is not among `fields` is a word like any other: an address may well have a
 * colon before it. A value with spaces stands in double quotes.
 */
export function parseFilter(text: string, fields: readonly string[]): Filter {
  const words: string[] = []
  const without: string[] = []
  const found = new Map<string, FieldFilter>()
  for (const [part] of text.matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) {
    const inverse = part.startsWith('!')
    const bare = inverse ? part.slice(1) : part
    const colon = bare.indexOf(':')
    const field = bare.slice(0, Math.max(0, colon)).toLowerCase()
    const value = unquoted(colon > 0 && fields.includes(field) ? bare.slice(colon + 1) : bare)
    if (value === '') continue
    if (colon > 0 && fields.includes(field)) found.set(field, { value, inverse })
    else if (inverse) without.push(value.toLowerCase())
    else words.push(value)
  }
  return { words: words.join(' '), without, fields: found }
}

const unquoted = (text: string): string => text.replaceAll('"', '')
