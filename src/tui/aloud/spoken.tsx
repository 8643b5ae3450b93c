import { renderToString } from 'ink'
import { type InertText, inert } from '../../core/text/inert.ts'
import { isTyping } from '../bindings.ts'
import { Detail } from '../components/detail.tsx'
import { answersOf, type Dialog } from '../dialogs/dialog.ts'
import { isTyped } from '../dialogs/dialog.update.ts'
import { footerLine, headerLine, headlineOf, placeWords } from '../frame.ts'
import { helpLines } from '../help.lines.ts'
import { type Line, textOf } from '../line.ts'
import { type Model, sharedOf } from '../model.ts'
import { PAGES } from '../pages.ts'
import type { Prompt } from '../prompt/prompt.ts'
import { fitting } from '../prompt/prompt.update.ts'
import type { Headline } from '../screen.ts'
import { ScreenView } from '../screens/views.tsx'
import type { Glyphs, Theme } from '../theme.ts'
import { warningOf } from '../warning.ts'

/** What there is to be read aloud of the console at one moment; each text is a line. */
export interface Spoken {
  /** Who is here, the pages, the daemon. */
  readonly header: InertText
  /** The page's names, its filter, what was opened. */
  readonly place: InertText
  /** `3 of 5,204, 2 marked`; empty where there is no list. */
  readonly position: InertText
  /** The row or the field that the operator is on; null where there is none. */
  readonly current: InertText | null
  /** The page, from top to bottom: `current` is one of them. */
  readonly lines: readonly InertText[]
  /** Whether lines are rows of a list, of which the current one alone is news. */
  readonly isList: boolean
  /** Whether all of it has been read from the store. */
  readonly isLoaded: boolean
  /** What stands over the page: a question, what is typed into. */
  readonly over: readonly InertText[]
  /** What must be known. */
  readonly warning: InertText
  /** What was just said, and the how manieth that was: the same may be said twice. */
  readonly toast: { readonly number: number; readonly text: InertText } | null
  readonly keys: InertText
  /** Whether printable keys are text: then others do what is to be done. */
  readonly isTyping: boolean
}

/** A sign says nothing that the word beside it does not; what separates is heard as a pause. */
const SILENT: Partial<Glyphs> = {
  good: '',
  bad: '',
  warn: '',
  waiting: '',
  busy: '',
  ended: '',
  alive: '',
  gone: '',
  ellipsis: '',
  crumb: ',',
  none: 'none',
  ascending: 'ascending',
  descending: 'descending',
  horizontal: '',
  vertical: '',
  masked: '*',
  bars: [],
}

/** Words alone, in the theme of a console that is read aloud. */
const silently = (theme: Theme): Theme => ({ ...theme, glyphs: { ...theme.glyphs, ...SILENT } })

const LONGEST = 1000
/** What ends a cell of a row is a pause, too. */
const GAP = / {2,}/g
const COLOURS = /\x1b\[[0-9;]*m/g

const said = (text: string): InertText => inert(text.trim().replace(GAP, ', '), LONGEST)
const saidLine = (line: Line): InertText => said(textOf(line))

/** The console at one moment as it is read aloud. */
export function spokenOf(model: Model, given: Theme, title: InertText): Spoken {
  const theme = silently(given)
  const { glyphs } = theme
  const body = bodyLines(model, theme)
  const headline = headlineOf(model, model.page)
  const isPage = model.overlay.kind !== 'help'
  const isList = isPage && headline.list !== undefined
  const asRow = (line: string) => rowOf(line, glyphs, isList ? 'marked' : 'changed')
  const current = isPage ? body.find((line) => line.startsWith(glyphs.cursor)) : undefined
  return {
    header: saidLine(headerLine(model, theme, title)),
    place: said([...PAGES[model.page].trail, ...headline.crumbs, ...(isPage ? [] : ['help'])].join('  ')),
    position: isPage && headline.list?.loaded === true ? positionOf(headline.list) : inert(''),
    current: current === undefined ? null : asRow(current),
    lines: body.map(asRow).filter((line) => line !== ''),
    isList,
    isLoaded: headline.list?.loaded !== false,
    over: overLines(model),
    warning: said(warningOf(model)?.text ?? ''),
    toast: model.toast,
    keys: saidLine(footerLine(model, theme)),
    isTyping: isTyping(model),
  }
}

/** The page as it is drawn, without colours: rows and fields have the cursor's sign and the mark's in front. */
function bodyLines(model: Model, theme: Theme): readonly string[] {
  const shared = sharedOf(model)
  const { columns, bodyRows: height } = shared
  const { overlay } = model
  const body =
    overlay.kind === 'help' ? (
      <Detail lines={helpLines(model)} width={columns} height={height} top={overlay.top} theme={theme} />
    ) : (
      <ScreenView model={model} shared={shared} theme={theme} />
    )
  return renderToString(body, { columns }).replaceAll(COLOURS, '').split('\n')
}

/** `3 of 5,204, 2 marked`. */
function positionOf(list: NonNullable<Headline['list']>): InertText {
  const { size } = list.marks
  return inert([placeWords(list), ...(size === 0 ? [] : [`${size} marked`])].join(', '))
}

/** A line in words: the cursor's sign goes, that of a mark is a word. */
function rowOf(line: string, { cursor, mark }: Glyphs, markWord: string): InertText {
  const isMarked = line.charAt(1) === mark && [cursor, ' '].includes(line.charAt(0)) && line.charAt(2) === ' '
  const text = line.startsWith(cursor) || isMarked ? line.slice(isMarked ? 2 : 1) : line
  return said(isMarked ? `${markWord}  ${text.trim()}` : text)
}

function overLines({ overlay }: Model): readonly InertText[] {
  switch (overlay.kind) {
    case 'none':
    case 'help':
      return []
    case 'dialog':
      return dialogLines(overlay.dialog)
    case 'prompt':
      return promptLines(overlay.prompt)
  }
}

function dialogLines<Msg>(dialog: Dialog<Msg>): readonly InertText[] {
  const { title, lines } = dialog
  const { ok, cancel } = answersOf(dialog)
  const asked = [said(`Question: ${title}`), ...lines.map(said)].filter((line) => line !== '')
  switch (dialog.kind) {
    case 'confirm': {
      const focus = dialog.focus === 'ok' ? ok : cancel
      return [...asked, said(`y is ${ok}, n is ${cancel}. Enter does: ${focus}`)]
    }
    case 'typed': {
      const done = isTyped(dialog) ? 'It is typed: Enter goes on.' : `Type ${dialog.expected} and Enter to go on.`
      return [...asked, said(`${done} Escape is ${cancel}.`)]
    }
  }
}

function promptLines(prompt: Prompt): readonly InertText[] {
  switch (prompt.kind) {
    case 'filter':
      return [said('Filter: type, Enter keeps it, Escape leaves.')]
    case 'palette': {
      const found = fitting(prompt)
      const choice = found[prompt.cursor]
      const words = choice === undefined ? 'Nothing fits.' : `${choice.words}, ${prompt.cursor + 1} of ${found.length}`
      return [said('Go to: type, up and down choose, Enter goes, Escape leaves.'), said(words)]
    }
  }
}
