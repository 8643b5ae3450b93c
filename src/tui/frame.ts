import { thousands } from '../core/text/human.ts'
import { type InertText, inert } from '../core/text/inert.ts'
import { type Binding, bindings, heardOf } from './bindings.ts'
import { windowOf } from './input/editor.ts'
import { HELP_KEYS, strokeWords } from './keymap.ts'
import { between, fitLine, type Line, lineCells, type Span, wrapLine } from './line.ts'
import { type Model, pagesOf, sharedOf, stateOf } from './model.ts'
import { PAGES } from './pages.ts'
import type { Prompt } from './prompt/prompt.ts'
import type { Headline } from './screen.ts'
import { SCREENS, type ScreenName } from './screens/table.ts'
import type { Glyphs, Theme } from './theme.ts'
import { untilWords } from './time-words.ts'
import { toneGlyph } from './tone-glyph.ts'
import { silentSince, warningOf } from './warning.ts'

const plain = (text: string): Span => ({ text: inert(text, 1000) })
const dim = (text: string): Span => ({ text: inert(text, 1000), tone: 'dim' })

/** ` postern · ops@mx1      1 Overview [3 Tasks] …     daemon ●`; what does not fit is left out, the tabs last. */
export function headerLine(model: Model, theme: Theme, title: InertText): Line {
  const daemon = daemonSpans(model, theme)
  const marks = model.readOnly ? [dim('read-only  ')] : []
  const right: Line = [...marks, ...daemon, plain(' ')]
  const name = ` postern ${theme.glyphs.waiting} ${title}  `
  for (const [left, how] of [
    [`${name} `, 'wide'],
    [name, 'close'],
    [' postern  ', 'close'],
    [' ', 'close'],
    [name, 'keys'],
    [' postern  ', 'keys'],
  ] as const) {
    const middle: Line = [plain(left), ...tabSpans(model, how)]
    if (lineCells(middle) + lineCells(right) <= model.columns) return between(middle, right, model.columns)
  }
  return fitLine([plain(' '), ...tabSpans(model, 'keys')], model.columns)
}

/** The tabs, each with a cell of its own on both sides, close together, or all but the one in front as keys alone. */
function tabSpans(model: Model, how: 'wide' | 'close' | 'keys'): Line {
  const space = how === 'wide' ? ' ' : ''
  return pagesOf(model).flatMap((name): Line => {
    const { key, tab } = PAGES[name]
    if (name === model.page) return [{ text: inert(`[${key} ${tab}]`), bold: true }, plain(' ')]
    return [dim(`${space}${how === 'keys' ? key : `${key} ${tab}`}${space}`), plain(' ')]
  })
}

/** The daemon, and its age only when it has fallen silent: what does not change is not drawn again. */
function daemonSpans({ daemon, now }: Model, { glyphs }: Theme): Line {
  if (daemon === undefined) return [dim('daemon')]
  if (daemon === null) return [{ text: inert(`no daemon ${glyphs.gone}`), tone: 'bad', bold: true }]
  const seen = silentSince(daemon, now)
  if (seen !== null)
    return [{ text: inert(`daemon silent, seen ${untilWords(seen, now)} ${glyphs.warn}`), tone: 'warn' }]
  return [dim('daemon '), { text: inert(glyphs.alive), tone: 'good' }]
}

/**
 * Where one is: the page's names, the filter or what was opened; at the right how much there is and in which order. Where
 * that is too long the page is named alone: its group says less than the filter.
 */
export function crumbsLine(model: Model, { glyphs }: Theme): Line {
  const headline = headlineOf(model, model.page)
  const { trail } = PAGES[model.page]
  const right = [plain('  '), ...rightSpans(model, headline, glyphs), plain(' ')]
  const whole = crumbSpans([...trail, ...headline.crumbs], glyphs)
  const isTooLong = lineCells(whole) + lineCells(right) > model.columns
  const left = isTooLong ? crumbSpans([...trail.slice(-1), ...headline.crumbs], glyphs) : whole
  return between(left, right, model.columns)
}

const crumbSpans = (names: readonly string[], glyphs: Glyphs): Line =>
  names.flatMap((name, index): Line => {
    const crumb: Span = { text: inert(name), bold: index === names.length - 1 }
    return index === 0 ? [plain(' '), crumb] : [dim(` ${glyphs.crumb} `), crumb]
  })

export function headlineOf<Name extends ScreenName>(model: Model, page: Name): Headline {
  return SCREENS[page].headline(stateOf(model, page), sharedOf(model))
}

function rightSpans(model: Model, { list, order, note }: Headline, glyphs: Glyphs): Line {
  const parts: Span[] = []
  if (model.slow.size > 0) parts.push({ text: inert(`loading ${glyphs.ellipsis}`), tone: 'warn' })
  if (model.held.length > 0) parts.push({ text: inert(heldWords(model.held.length)), tone: 'warn' })
  if (note !== undefined) parts.push({ text: note, tone: 'dim' })
  if (list !== undefined && list.marks.size > 0)
    parts.push({ text: inert(`${thousands(list.marks.size)} marked`), bold: true })
  const place = list?.loaded === true ? placeWords(list) : ''
  if (place !== '') parts.push(dim(place))
  if (order !== undefined) {
    const arrow = order.direction === 'ascending' ? glyphs.ascending : glyphs.descending
    parts.push(dim(`${order.words} ${arrow}`))
  }
  return parts.flatMap((part, index) => (index === 0 ? [part] : [dim(` ${glyphs.waiting} `), part]))
}

/** What was typed and could not be done yet. */
const heldWords = (count: number): string => (count === 1 ? '1 key waits' : `${thousands(count)} keys wait`)

/** `3 of 5,204`; only what is known of it. */
export function placeWords({ cursor, first, total, rows }: NonNullable<Headline['list']>): string {
  const at = first === null || rows.length === 0 ? null : thousands(first + cursor + 1)
  if (total === null) return at === null ? '' : `row ${at}`
  return at === null ? `${thousands(total)} in all` : `${at} of ${thousands(total)}`
}

/**
 * What stands above the footer: what is typed into, else what was just said, else what must be known. That is one line;
 * but what was just said is said in full, and its first lines cover the end of the page until it is over.
 */
export function statusLines(model: Model, theme: Theme): readonly Line[] {
  const { overlay, toast, columns } = model
  if (overlay.kind === 'prompt') return [promptLine(overlay.prompt, columns, theme)]
  // The overview says the same at its head, with more words.
  const isSaid = model.page === 'overview' && model.stale === null
  const said: Span | null = toast ?? (isSaid ? null : warningOf(model))
  if (said === null) return []
  const tone = said.tone ?? 'plain'
  const sign: Line = [plain(' '), { text: inert(`${toneGlyph(tone, theme.glyphs)} `), tone, bold: true }]
  const whole: Line = [...sign, { text: said.text, tone }]
  const lines = toast === null ? [whole] : wrapLine(whole, columns, lineCells(sign))
  return lines.map((each) => fitLine(each, columns))
}

/** The one line that is typed into; a block stands for the cursor. */
function promptLine({ kind, editor }: Prompt, columns: number, { glyphs }: Theme): Line {
  const sign = kind === 'filter' ? '/' : ':'
  const shown = windowOf(editor, columns - 4)
  return [
    { text: inert(` ${sign}`), bold: true },
    dim(shown.moreBefore ? glyphs.ellipsis : ''),
    { text: shown.before },
    { text: shown.under, inverse: true },
    { text: shown.behind },
    dim(shown.moreBehind ? glyphs.ellipsis : ''),
  ]
}

/**
 * The keys that have a hint, as many as fit, then `…` and where all stand. Those that do not apply just now come last, dim:
 * why not is said when they are pressed.
 */
export function footerLine(model: Model, { glyphs }: Theme): Line {
  const all = heardOf(model.overlay.kind === 'help' ? HELP_KEYS.map(always) : bindings(model))
  const heard = [...all.filter(({ refusal }) => refusal === null), ...all.filter(({ refusal }) => refusal !== null)]
  const hintsOf = (rows: readonly Hint[]) => rows.flatMap((each) => hintOf(each, model))
  const everything = hintsOf(heard).flat()
  if (lineCells(everything) < model.columns) return [plain(' '), ...everything]
  const isHelp = ({ keys }: Hint) => keys.includes('?')
  const end: Line = [dim(`${glyphs.ellipsis} `), ...hintsOf(heard.filter(isHelp)).flat()]
  let room = model.columns - 1 - lineCells(end)
  const shown: Span[] = []
  for (const hint of hintsOf(heard.filter((each) => !isHelp(each)))) {
    room -= lineCells(hint)
    if (room < 0) break
    shown.push(...hint)
  }
  return [plain(' '), ...shown, ...end]
}

type Hint = Pick<Binding, 'keys' | 'hint' | 'refusal'>
const always = ({ keys, hint }: Pick<Hint, 'keys' | 'hint'>): Hint => ({ keys, hint, refusal: null })

function hintOf({ keys, hint, refusal }: Hint, model: Model): readonly Line[] {
  const [first] = keys
  if (hint === undefined || first === undefined) return []
  const key = strokeWords(first, model.ascii)
  return [refusal === null ? [{ text: inert(key), bold: true }, dim(` ${hint}  `)] : [dim(`${key} ${hint}  `)]]
}
