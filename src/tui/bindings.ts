import { type InertText, inert } from '../core/text/inert.ts'
import { answersOf, type Dialog } from './dialogs/dialog.ts'
import type { Press } from './input/press.ts'
import type { KeyRow, SharedContext, Stroke } from './key-row.ts'
import {
  BROWSE_KEYS,
  type Command,
  DETAIL_KEYS,
  DIALOG_KEYS,
  FORM_KEYS,
  GLOBAL_KEYS,
  LIST_KEYS,
  PICK_KEYS,
  PROMPT_KEYS,
  TYPED_DIALOG_KEYS,
  WALK_KEYS,
} from './keymap.ts'
import { type Model, pagesOf, sharedOf, stateOf } from './model.ts'
import type { Msg } from './msg.ts'
import { leaveOne } from './next.ts'
import type { Prompt } from './prompt/prompt.ts'
import type { Awaiting, CoreMsg } from './screen.ts'
import { SCREENS, type ScreenName, toScreen } from './screens/table.ts'
import { settingToMend } from './warning.ts'

/** A row of the key table as it stands just now. */
export interface Binding {
  readonly keys: readonly Stroke[]
  readonly hint?: string | undefined
  readonly help: string
  readonly context: string
  readonly msg: Msg
  /** Why it does not apply; null when it does, or when that is not known yet. */
  readonly refusal: InertText | null
  /** It is about something that is not there yet, and waits for that. */
  readonly waits: boolean
  readonly opensField: boolean
}

const bind = <What>(
  context: string,
  rows: readonly KeyRow<What>[],
  msgOf: (what: What) => Msg,
  waits: (what: What) => boolean = () => false,
): readonly Binding[] =>
  rows.map(({ keys, hint, help, what, opensField = false }) => ({
    keys,
    hint,
    help,
    context,
    msg: msgOf(what),
    refusal: null,
    waits: waits(what),
    opensField,
  }))

const contextsOf = <Name extends ScreenName>(model: Model, page: Name): readonly SharedContext[] =>
  SCREENS[page].contexts(stateOf(model, page), sharedOf(model))

/** Whether printable keys are text just now. */
export function isTyping(model: Model): boolean {
  const { overlay } = model
  switch (overlay.kind) {
    case 'prompt':
      return true
    case 'dialog':
      return overlay.dialog.kind === 'typed'
    case 'help':
      return false
    case 'none':
      return contextsOf(model, model.page).some((context) => context === 'form' || context === 'field')
  }
}

/** The keys that do something just now; the first that fits a press holds: dialog, prompt, then screen, then everywhere. */
export function bindings(model: Model): readonly Binding[] {
  const { overlay } = model
  switch (overlay.kind) {
    case 'prompt':
      return promptBindings(overlay.prompt)
    case 'dialog':
      return dialogBindings(overlay.dialog)
    case 'help':
    case 'none':
      return [...screenBindings(model, model.page), ...sharedBindings(model), ...globalBindings(model)].filter(
        // In a form a character is typed: a hint that it does something would lie.
        ({ keys }) => !isTyping(model) || keys.some((key) => key.length > 1),
      )
  }
}

/** The keys of a prompt: a filter is kept, what is chosen in the palette is done. */
const promptBindings = ({ kind }: Prompt): readonly Binding[] =>
  bind(
    'prompt',
    PROMPT_KEYS.map((row) => (kind === 'palette' && row.what === 'accept' ? { ...row, hint: 'do it' } : row)),
    (key) => ({ kind: 'prompt', key }),
  )

/** The keys of a question, which are called what its buttons are. */
function dialogBindings(dialog: Dialog<Msg>): readonly Binding[] {
  const { kind } = dialog
  const { ok, cancel } = answersOf(dialog)
  const rows = kind === 'typed' ? TYPED_DIALOG_KEYS : DIALOG_KEYS
  const named = rows.map((row) =>
    row.what === 'ok'
      ? { ...row, hint: row.hint?.replace('OK', ok) ?? ok }
      : row.what === 'cancel'
        ? { ...row, hint: cancel }
        : row,
  )
  return bind(kind === 'typed' ? 'typed-dialog' : 'dialog', named, (key) => ({ kind: 'dialog', key }))
}

/** Of a key that stands in several tables the first one holds. */
export const heardOf = <Row extends Pick<Binding, 'keys'>>(rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ keys: [key] }, index) => rows.findIndex(({ keys }) => keys.includes(key ?? '')) === index)

function screenBindings<Name extends ScreenName>(model: Model, page: Name): readonly Binding[] {
  const state = stateOf(model, page)
  const shared = sharedOf(model)
  const awaiting = awaitingOn(model, page)
  return SCREENS[page].keys.flatMap((row) => {
    const { keys, help, what, changes, atOnce = false, opensField = false } = row
    if (changes === true && model.readOnly) return []
    const hinted = row.hinted?.(state) ?? true
    const hint = typeof hinted === 'string' ? hinted : hinted ? row.hint : undefined
    const waits = awaiting === 'answer' || (awaiting !== 'nothing' && !atOnce) || row.waits?.(state, shared) === true
    const why = waits ? null : (row.when?.(state, shared) ?? null)
    const refusal = why === null ? null : inert(why)
    return [{ keys, hint, help, context: page, msg: toScreen(page, what), refusal, waits, opensField }]
  })
}

function sharedBindings(model: Model): readonly Binding[] {
  const { page } = model
  const tell = (msg: CoreMsg): Msg => toScreen(page, msg)
  const awaiting = awaitingOn(model, page)
  const isEmpty = hasNoRow(model, page)
  const list = (context: string, rows: typeof LIST_KEYS) =>
    bind(
      context,
      rows,
      (what) => (what.kind === 'filter-prompt' ? { kind: 'command', command: what } : tell(what)),
      ({ kind }) => LIST_WAITS[awaiting].includes(kind),
    ).map((binding, index) => {
      const isAboutRow = LIST_WAITS.rows.includes(rows[index]?.what.kind ?? 'move')
      return isAboutRow && isEmpty && !binding.waits ? { ...binding, refusal: inert('There is no row here.') } : binding
    })
  const isHeld = () => awaiting === 'page' || awaiting === 'answer'
  const bound: Readonly<Record<SharedContext, () => readonly Binding[]>> = {
    list: () => list('list', LIST_KEYS),
    browse: () => list('browse', BROWSE_KEYS),
    pick: () => list('pick', PICK_KEYS),
    walk: () => list('walk', WALK_KEYS),
    detail: () => bind('detail', DETAIL_KEYS, tell, isHeld),
    form: () => bind('form', FORM_KEYS, () => tell({ kind: 'typed', press: { kind: 'text', text: '' } }), isHeld),
    field: () => [],
  }
  return contextsOf(model, page).flatMap((context) => bound[context]())
}

function hasNoRow<Name extends ScreenName>(model: Model, page: Name): boolean {
  const { list } = SCREENS[page].headline(stateOf(model, page), sharedOf(model))
  return list?.loaded === true && list.rows.length === 0
}

/** Which keys of a list wait. Moves beyond what was read are kept by the list itself. */
const LIST_WAITS: Readonly<Record<Awaiting, readonly (typeof LIST_KEYS)[number]['what']['kind'][]>> = {
  nothing: [],
  rows: ['mark', 'open'],
  page: ['mark', 'open', 'move'],
  answer: ['mark', 'open', 'move', 'refresh', 'filter-prompt'],
}

const awaitingOn = <Name extends ScreenName>(model: Model, page: Name): Awaiting =>
  SCREENS[page].awaits(stateOf(model, page))

/** What the page that is shown awaits; over it nothing waits. */
export const awaitingOf = (model: Model): Awaiting =>
  model.overlay.kind === 'none' ? awaitingOn(model, model.page) : 'nothing'

function globalBindings(model: Model): readonly Binding[] {
  const isRoot = model.back.length === 0 && leaveOne(model, 'back') === null
  const there = GLOBAL_KEYS.filter(
    ({ what }) => what.kind !== 'page' || pagesOf(model).some((name) => name === what.page),
  ).map((row) => (row.what.kind === 'back' && isRoot ? { ...row, hint: 'quit' } : row))
  const isAnswered = awaitingOn(model, model.page) === 'answer'
  const waits = ({ kind }: Command) =>
    kind === 'fix' ? model.mail === null || isAnswered : isAnswered && (kind === 'palette' || kind === 'help')
  return bind('global', there, (command): Msg => ({ kind: 'command', command }), waits).map((binding) => {
    const isFix = binding.msg.kind === 'command' && binding.msg.command.kind === 'fix'
    return isFix && !binding.waits && settingToMend(model) === null
      ? { ...binding, refusal: inert('No setting needs mending.') }
      : binding
  })
}

/** The key of a press as the table names it; null for a paste. */
function strokeOf(press: Press): Stroke | null {
  switch (press.kind) {
    case 'key':
      return press.key
    case 'text':
      return press.text
    case 'paste':
      return null
  }
}

/** What a press means: a row of the table, a piece of text for whoever is typed into, or nothing. */
export type Meaning =
  | { readonly kind: 'binding'; readonly binding: Binding }
  | { readonly kind: 'text' }
  | { readonly kind: 'nothing' }

/** Keys that mean the same wherever one is. */
const ALWAYS: readonly Stroke[] = ['ctrl+c', 'ctrl+z', 'ctrl+l']

/** What a press means just now. */
export function meaningOf(model: Model, press: Press): Meaning {
  const stroke = strokeOf(press)
  const typing = isTyping(model)
  if (typing && press.kind !== 'key') return { kind: 'text' }
  if (stroke === null) return { kind: 'nothing' }
  const found = (typing ? bindingsWhileTyping(model) : bindings(model)).find(({ keys }) => keys.includes(stroke))
  const always = ALWAYS.includes(stroke) ? globalBindings(model).find(({ keys }) => keys.includes(stroke)) : undefined
  const binding = found ?? always
  if (binding !== undefined) return { kind: 'binding', binding }
  return { kind: typing ? 'text' : 'nothing' }
}

/** While something is typed into a form, the keys of its editor and those that go from field to field are the form's. */
function bindingsWhileTyping(model: Model): readonly Binding[] {
  if (model.overlay.kind !== 'none') return bindings(model)
  const leave = globalBindings(model).filter(({ keys }) => keys.includes('escape'))
  return [...screenBindings(model, model.page), ...leave]
}
