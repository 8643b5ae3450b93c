/** A filter as it was typed: words, `field:value`, and either with `!` in front, which turns it round. */
export interface Filter {
  /** What must be found: the words that are neither, as one text. */
  readonly words: string
  /** What must not be found. */
  readonly without: readonly string[]
  /** `field:value` by field; the last one of a field holds. */
  readonly fields: ReadonlyMap<string, FieldFilter>
  /** A field that there is not, with those that there are, for people; null when all are known. */
  readonly doubt: string | null
}

interface FieldFilter {
  readonly value: string
  readonly inverse: boolean
}

/**
 * Reads a filter. What looks like a field that is not among `fields` is a word like any other: an address may well have a
 * colon before it; but it is said which fields there are. A value with spaces stands in double quotes, but for those that
 * lists show themselves (`phrases`).
 */
export function parseFilter(text: string, fields: readonly string[], phrases: readonly string[] = []): Filter {
  const words: string[] = []
  const without: string[] = []
  const found = new Map<string, FieldFilter>()
  let doubt: string | null = null
  for (const [part] of quoting(text, phrases).matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) {
    const inverse = part.startsWith('!')
    const bare = inverse ? part.slice(1) : part
    const colon = bare.indexOf(':')
    const field = bare.slice(0, Math.max(0, colon)).toLowerCase()
    const isField = fields.includes(field)
    const value = unquoted(isField ? bare.slice(colon + 1) : bare)
    if (!isField && NAME.test(field)) doubt = doubtWords(field, fields)
    if (value === '') continue
    if (isField) found.set(field, { value, inverse })
    else if (inverse) without.push(value.toLowerCase())
    else words.push(value)
  }
  return { words: words.join(' '), without, fields: found, doubt }
}

/** The text with each phrase that is a field's value in quotes. */
const quoting = (text: string, phrases: readonly string[]): string =>
  phrases.reduce((quoted, phrase) => quoted.replaceAll(new RegExp(`:(${phrase})(?!\\S)`, 'gi'), ':"$1"'), text)

/** What is meant for a field: not a time, nor part of an address. */
const NAME = /^[a-z][a-z-]*$/

const doubtWords = (field: string, fields: readonly string[]): string =>
  `no field ${field}; there ${fields.length === 1 ? 'is' : 'are'} ${fields.length === 0 ? 'none' : fields.join(', ')}`

const unquoted = (text: string): string => text.replaceAll('"', '')
