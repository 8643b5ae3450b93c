import type { KeyRow, Stroke } from './key-row.ts'
import type { Move } from './list/window.ts'
import { PAGE_NAMES, PAGES, type PageName } from './pages.ts'
import { PAGE_SCREENS, SCREENS } from './screens/table.ts'

/** What keys that work everywhere do. */
export type Command =
  | { readonly kind: 'page'; readonly page: PageName }
  | { readonly kind: 'filter-prompt' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'back' }
  | { readonly kind: 'fix' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }

export type DialogKey = 'switch' | 'choose' | 'ok' | 'cancel'
export type PromptKey = 'accept' | 'abandon' | 'up' | 'down'

type ListKey =
  | { readonly kind: 'move'; readonly move: Move }
  | { readonly kind: 'mark' }
  | { readonly kind: 'open' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'filter-prompt' }

const by = (rows: number): ListKey => ({ kind: 'move', move: { kind: 'by', rows } })
const page = (views: number): ListKey => ({ kind: 'move', move: { kind: 'page', views } })

export const LIST_KEYS: readonly KeyRow<ListKey>[] = [
  {
    keys: ['/'],
    what: { kind: 'filter-prompt' },
    hint: 'filter',
    help: 'Filter the list as you type',
    opensField: true,
  },
  { keys: ['enter'], what: { kind: 'open' }, hint: 'open', help: 'Open the row' },
  { keys: [' '], what: { kind: 'mark' }, hint: 'mark', help: 'Mark the row, or take its mark away' },
  { keys: ['j', 'down'], what: by(1), help: 'Next row' },
  { keys: ['k', 'up'], what: by(-1), help: 'Row before' },
  { keys: ['pagedown', 'ctrl+f'], what: page(1), help: 'Next page' },
  { keys: ['pageup', 'ctrl+b'], what: page(-1), help: 'Page before' },
  { keys: ['ctrl+d'], what: page(0.5), help: 'Half a page down' },
  { keys: ['ctrl+u'], what: page(-0.5), help: 'Half a page up' },
  { keys: ['g', 'home'], what: { kind: 'move', move: { kind: 'start' } }, help: 'To the start of the list' },
  { keys: ['G', 'end'], what: { kind: 'move', move: { kind: 'end' } }, help: 'To the end of the list' },
  { keys: ['R'], what: { kind: 'refresh' }, help: 'Read the list again' },
]

/** Of a list whose rows are there to be read: nothing is done to them, so none is marked. */
export const BROWSE_KEYS: readonly KeyRow<ListKey>[] = LIST_KEYS.filter(({ what }) => what.kind !== 'mark')

/** Of a short list on a page, from which one thing is chosen. */
export const PICK_KEYS: readonly KeyRow<ListKey>[] = LIST_KEYS.filter(
  ({ what }) => what.kind !== 'filter-prompt' && what.kind !== 'mark',
)

/** From field to field of a form that rests: what is done to one is the page's own. */
export const WALK_KEYS: readonly KeyRow<ListKey>[] = PICK_KEYS.filter(({ what }) => what.kind !== 'open')

type DetailKey = { readonly kind: 'scroll'; readonly move: Move }
const scroll = (move: Move): DetailKey => ({ kind: 'scroll', move })

export const DETAIL_KEYS: readonly KeyRow<DetailKey>[] = [
  { keys: ['j', 'down'], what: scroll({ kind: 'by', rows: 1 }), help: 'Scroll down' },
  { keys: ['k', 'up'], what: scroll({ kind: 'by', rows: -1 }), help: 'Scroll up' },
  { keys: ['pagedown', 'ctrl+f', ' '], what: scroll({ kind: 'page', views: 1 }), help: 'Next page' },
  { keys: ['pageup', 'ctrl+b'], what: scroll({ kind: 'page', views: -1 }), help: 'Page before' },
  { keys: ['ctrl+d'], what: scroll({ kind: 'page', views: 0.5 }), help: 'Half a page down' },
  { keys: ['ctrl+u'], what: scroll({ kind: 'page', views: -0.5 }), help: 'Half a page up' },
  { keys: ['g', 'home'], what: scroll({ kind: 'start' }), help: 'To the beginning' },
  { keys: ['G', 'end'], what: scroll({ kind: 'end' }), help: 'To the end' },
]

/** Over the help; what is not among them and does not scroll closes it, too. */
export const HELP_KEYS: readonly KeyRow<'close'>[] = [
  {
    keys: ['escape', 'q', '?'],
    what: 'close',
    hint: 'close the help',
    help: 'Close it; so does any key that does not scroll',
  },
]

/** Keys that a form hears itself: they stand here for the footer and the help. */
export const FORM_KEYS: readonly KeyRow<'typed'>[] = [
  { keys: ['tab', 'down'], what: 'typed', hint: 'next field', help: 'Next field' },
  { keys: ['shift+tab', 'up'], what: 'typed', help: 'Field before' },
]

export const DIALOG_KEYS: readonly KeyRow<DialogKey>[] = [
  { keys: ['left', 'right', 'tab', 'shift+tab'], what: 'switch', hint: 'choose', help: 'Choose between Cancel and OK' },
  { keys: ['enter'], what: 'choose', hint: 'do it', help: 'Do what has the focus' },
  { keys: ['y'], what: 'ok', hint: 'OK', help: 'OK' },
  { keys: ['n', 'escape', 'q'], what: 'cancel', hint: 'Cancel', help: 'Cancel' },
]

export const TYPED_DIALOG_KEYS: readonly KeyRow<DialogKey>[] = [
  { keys: ['enter'], what: 'ok', hint: 'OK, once it is typed', help: 'OK, once what is asked for has been typed' },
  { keys: ['escape'], what: 'cancel', hint: 'Cancel', help: 'Cancel' },
]

export const PROMPT_KEYS: readonly KeyRow<PromptKey>[] = [
  { keys: ['enter'], what: 'accept', hint: 'keep', help: 'Keep the filter, or go to what is chosen' },
  { keys: ['escape'], what: 'abandon', hint: 'leave', help: 'Leave the prompt as if it had not been opened' },
  { keys: ['up', 'shift+tab'], what: 'up', help: 'Choice before' },
  { keys: ['down', 'tab'], what: 'down', help: 'Next choice' },
]

const goTo = (name: PageName): KeyRow<Command> => ({
  keys: [PAGES[name].key],
  what: { kind: 'page', page: name },
  help: `To ${PAGES[name].trail.join(' › ')}`,
})

export const GLOBAL_KEYS: readonly KeyRow<Command>[] = [
  { keys: ['f'], what: { kind: 'fix' }, help: 'To the setting that the line above the hints names' },
  {
    keys: [':'],
    what: { kind: 'palette' },
    hint: 'go',
    help: 'Palette: type a page or an action',
    opensField: true,
  },
  { keys: ['?'], what: { kind: 'help' }, hint: 'help', help: 'This help' },
  ...PAGE_NAMES.map(goTo),
  {
    keys: ['escape'],
    what: { kind: 'leave' },
    help: 'Leave what is open: detail, filter, marks, page; never the console',
  },
  { keys: ['q'], what: { kind: 'back' }, hint: 'back', help: 'Back; at the root it quits' },
  { keys: ['ctrl+c'], what: { kind: 'quit' }, help: 'Quit; asks when something typed would be lost' },
  { keys: ['ctrl+z'], what: { kind: 'suspend' }, help: 'Suspend the console; `fg` comes back' },
  {
    keys: ['ctrl+l'],
    what: { kind: 'redraw' },
    help: 'Draw the screen anew; with a screen reader, read the page again',
  },
]

/** The part of the table that holds in one place; no key stands in it twice. */
export interface KeyTablePart {
  readonly context: string
  readonly title: string
  readonly rows: readonly KeyRow<unknown>[]
}

/** THE key table: footers, help, palette and docs/keys.md are made from it. */
export function keyTable(): readonly KeyTablePart[] {
  return [
    { context: 'global', title: 'Everywhere', rows: GLOBAL_KEYS },
    { context: 'list', title: 'In every list', rows: LIST_KEYS },
    { context: 'detail', title: 'In what was opened', rows: DETAIL_KEYS },
    ...PAGE_SCREENS.map((name) => ({
      context: name,
      title: PAGES[name].trail.join(' › '),
      rows: SCREENS[name].keys as readonly KeyRow<unknown>[],
    })),
    { context: 'help', title: 'In this help, besides the keys of what was opened', rows: HELP_KEYS },
    { context: 'form', title: 'In a form', rows: FORM_KEYS },
    { context: 'prompt', title: 'In a prompt', rows: PROMPT_KEYS },
    { context: 'dialog', title: 'In a question', rows: DIALOG_KEYS },
    { context: 'typed-dialog', title: 'In a question that wants something typed', rows: TYPED_DIALOG_KEYS },
  ]
}

const STROKE_WORDS: Readonly<Record<string, string>> = {
  ' ': 'space',
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift+tab': 'Shift-Tab',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  delete: 'Del',
  insert: 'Ins',
  backspace: 'Backspace',
}

const ASCII_WORDS: Readonly<Record<string, string>> = { up: 'Up', down: 'Down', left: 'Left', right: 'Right' }

/** A key as people are told of it: `Ctrl-S`, `space`, `↓`. */
export function strokeWords(stroke: Stroke, ascii = false): string {
  const word = (ascii ? ASCII_WORDS[stroke] : undefined) ?? STROKE_WORDS[stroke]
  if (word !== undefined) return word
  const [modifier, key] = stroke.length > 1 ? stroke.split('+') : []
  if (modifier === undefined || key === undefined) return stroke
  return `${modifier.charAt(0).toUpperCase()}${modifier.slice(1)}-${key.toUpperCase()}`
}
