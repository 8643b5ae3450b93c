import { type InertText, inert } from '../core/text/inert.ts'
import type { Press } from './input/press.ts'
import type { KeyRow, SharedContext, Stroke } from './key-row.ts'
import {
  BROWSE_KEYS,
  DETAIL_KEYS,
  DIALOG_KEYS,
  FORM_KEYS,
  GLOBAL_KEYS,
  LIST_KEYS,
  PICK_KEYS,
  PROMPT_KEYS,
  TYPED_DIALOG_KEYS,
} from './keymap.ts'
import { type Model, pagesOf, sharedOf, stateOf } from './model.ts'
import type { Msg } from './msg.ts'
import type { CoreMsg } from './screen.ts'
import { SCREENS, type ScreenName, toScreen } from './screens/table.ts'
import { settingToMend } from './warning.ts'

/** A row of the key table as it stands just now. */
export interface Binding {
  readonly keys: readonly Stroke[]
  readonly hint?: string | undefined
  readonly help: string
  readonly context: string
  readonly msg: Msg
  /** Why it does not apply; null when it does. */
  readonly refusal: InertText | null
}

const bind = <What>(context: string, rows: readonly KeyRow<What>[], msgOf: (what: What) => Msg): readonly Binding[] =>
  rows.map(({ keys, hint, help, what }) => ({ keys, hint, help, context, msg: msgOf(what), refusal: null }))

const contextsOf = <Name extends ScreenName>(model: Model, page: Name): readonly SharedContext[] =>
  SCREENS[page].contexts(stateOf(model, page), sharedOf(model))

/** Whether printable keys are text just now. */
function isTyping(model: Model): boolean {
  const { overlay } = model
  switch (overlay.kind) {
    case 'prompt':
      return true
    case 'dialog':
      return overlay.dialog.kind === 'typed'
    case 'help':
      return false
    case 'none':
      return contextsOf(model, model.page).includes('form')
  }
}

/** The keys that do something just now; the first that fits a press holds: dialog, prompt, then screen, then everywhere. */
export function bindings(model: Model): readonly Binding[] {
  const { overlay } = model
  switch (overlay.kind) {
    case 'prompt':
      return bind('prompt', PROMPT_KEYS, (key) => ({ kind: 'prompt', key }))
    case 'dialog':
      return overlay.dialog.kind === 'typed'
        ? bind('typed-dialog', TYPED_DIALOG_KEYS, (key) => ({ kind: 'dialog', key }))
        : bind('dialog', DIALOG_KEYS, (key) => ({ kind: 'dialog', key }))
    case 'help':
    case 'none':
      return [...screenBindings(model, model.page), ...sharedBindings(model), ...globalBindings(model)].filter(
        // In a form a character is typed: a hint that it does something would lie.
        ({ keys }) => !isTyping(model) || keys.some((key) => key.length > 1),
      )
  }
}

function screenBindings<Name extends ScreenName>(model: Model, page: Name): readonly Binding[] {
  const state = stateOf(model, page)
  const shared = sharedOf(model)
  return SCREENS[page].keys.flatMap(({ keys, hint, help, what, changes, when }) => {
    if (changes === true && model.readOnly) return []
    const why = when?.(state, shared) ?? null
    const refusal = why === null ? null : inert(why)
    return [{ keys, hint, help, context: page, msg: toScreen(page, what), refusal }]
  })
}

function sharedBindings(model: Model): readonly Binding[] {
  const { page } = model
  const tell = (msg: CoreMsg): Msg => toScreen(page, msg)
  const bound: Readonly<Record<SharedContext, () => readonly Binding[]>> = {
    list: () =>
      bind('list', LIST_KEYS, (what) =>
        what.kind === 'filter-prompt' ? { kind: 'command', command: what } : tell(what),
      ),
    browse: () =>
      bind('browse', BROWSE_KEYS, (what) =>
        what.kind === 'filter-prompt' ? { kind: 'command', command: what } : tell(what),
      ),
    pick: () =>
      bind('pick', PICK_KEYS, (what) =>
        what.kind === 'filter-prompt' ? { kind: 'command', command: what } : tell(what),
      ),
    detail: () => bind('detail', DETAIL_KEYS, tell),
    form: () => bind('form', FORM_KEYS, () => tell({ kind: 'typed', press: { kind: 'text', text: '' } })),
  }
  return contextsOf(model, page).flatMap((context) => bound[context]())
}

function globalBindings(model: Model): readonly Binding[] {
  const there = GLOBAL_KEYS.filter(
    ({ what }) => what.kind !== 'page' || pagesOf(model).some((name) => name === what.page),
  )
  return bind('global', there, (command): Msg => ({ kind: 'command', command })).map((binding) => {
    const isFix = binding.msg.kind === 'command' && binding.msg.command.kind === 'fix'
    return isFix && settingToMend(model) === null
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
