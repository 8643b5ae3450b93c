import { filters, Liquid, LiquidError, Tokenizer, TypeGuards } from 'liquidjs'
import { clip, inertLine } from './inert.ts'

/** Longest Liquid source of one part, in bytes of UTF-8. */
export const SOURCE_BYTES = 64 * 1024
/** Longest rendered part, in UTF-16 units. */
const OUTPUT_LENGTH = 256 * 1024
/**
 * No loops and no other files: a template's work is bounded by its length. `cycle` and `tablerow` would also print
 * values unescaped.
 */
const TAGS = new Set(['#', 'assign', 'capture', 'case', 'comment', 'if', 'raw', 'unless'])
/**
 * Filters whose result depends on their input alone (no dates, no chance: a letter rendered again is the same letter)
 * and whose cost the memory limit counts. `raw` is missing: it would let a name through unescaped.
 */
const FILTERS = new Set([
  ...['append', 'capitalize', 'default', 'downcase', 'lstrip', 'prepend', 'remove', 'remove_first', 'replace'],
  ...['replace_first', 'rstrip', 'size', 'slice', 'squish', 'strip', 'strip_newlines', 'truncate', 'truncatewords'],
  ...['upcase', 'url_encode'],
  ...['abs', 'ceil', 'divided_by', 'floor', 'minus', 'modulo', 'plus', 'round', 'times'],
])

export type Engine = Liquid
type Parsed = ReturnType<Liquid['parse']>

function makeEngine(escaped: boolean): Engine {
  const engine = new Liquid({
    ...(escaped ? { outputEscape: 'escape' } : {}),
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    relativeReference: false,
    // An empty mapping stands in for the file system, behind the missing tags.
    templates: {},
    parseLimit: SOURCE_BYTES,
    // A belt: without loops nothing takes milliseconds. Were it tight, a slow moment would change a letter's bytes.
    renderLimit: 1000,
    memoryLimit: 1_000_000,
  })
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) Reflect.deleteProperty(engine.tags, name)
  for (const name of Object.keys(engine.filters)) if (!FILTERS.has(name)) engine.unregisterFilter(name)
  // In HTML a habitual `| escape` must not escape twice.
  const handler = filters.escape
  if (escaped && typeof handler === 'function') engine.registerFilter('escape', { raw: true, handler })
  return engine
}

/** For subjects and plain text: what a variable holds is written as it is. */
export const TEXT_ENGINE = makeEngine(false)
/** For HTML: whatever a variable holds is escaped. */
export const HTML_ENGINE = makeEngine(true)

export interface Markup {
  readonly kind: 'output' | 'tag'
  /** The tag's name; empty for an output. */
  readonly name: string
  /** What stands between the delimiters, trimmed. */
  readonly content: string
}

/** The tags and outputs of a source as Liquid itself cuts them, without the literal text between them. */
export function markup(source: string): Markup[] {
  return new Tokenizer(source).readTopLevelTokens().flatMap((token): Markup[] => {
    if (TypeGuards.isTagToken(token)) return [{ kind: 'tag', name: token.name, content: token.content }]
    return TypeGuards.isOutputToken(token) ? [{ kind: 'output', name: '', content: token.content }] : []
  })
}

/**
 * Parses a source. Throws what Liquid throws, and refuses ranges: liquidjs 10.30 counts `(a..b)` against its memory
 * limit by `b - a`, yet above 2^53 its loop adds 1 for ever. Two dots that are no quoted ellipsis may be a range.
 */
export function parse(engine: Engine, source: string): Parsed {
  const parsed = engine.parse(source)
  const ranges = markup(source).some(
    ({ name, content }) => name !== '#' && content.replaceAll(/(["'])\.\.\.\1/g, '').includes('..'),
  )
  if (ranges) throw new Error('ranges ("..") are not available in letters')
  return parsed
}

/** Renders a parsed source; throws what Liquid throws, or when the result is too long to be a letter. */
export function render(engine: Engine, parsed: Parsed, values: object): string {
  const output: unknown = engine.renderSync(parsed, values)
  if (typeof output !== 'string') throw new Error('the template did not give text')
  if (output.length > OUTPUT_LENGTH) throw new Error(`the result is over ${OUTPUT_LENGTH} characters`)
  return output
}

/** What went wrong, on one line; only for sources rendered with sample values, since Liquid may quote a value. */
export function explain(error: unknown): string {
  if (error instanceof Error && error.message.includes('call stack')) return 'its tags are nested too deeply'
  return clip(inertLine(error instanceof Error ? error.message : String(error)), 200)
}

/** What went wrong, without quoting any value: the secret might be among them. */
export function explainWithoutValues(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  const where = /line:\d+/.exec(message)?.[0] ?? 'a line not known'
  if (/limit exceeded|the result is over/.test(message)) return 'its result is too large'
  return LiquidError.is(error) && error.name === 'UndefinedVariableError'
    ? `an undefined variable at ${where}`
    : `an error at ${where}`
}
