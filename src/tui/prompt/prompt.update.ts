import { inert } from '../../core/text/inert.ts'
import { bindings, heardOf } from '../bindings.ts'
import { edit, editorOf } from '../input/editor.ts'
import type { Press } from '../input/press.ts'
import { pressOf } from '../key-row.ts'
import { type PromptKey, strokeWords } from '../keymap.ts'
import { type Model, stateOf } from '../model.ts'
import type { Msg } from '../msg.ts'
import { SCREENS, type ScreenName, toScreen } from '../screens/table.ts'
import { fuzzy } from './fuzzy.ts'
import type { Choice, Prompt } from './prompt.ts'

interface Followed {
  readonly model: Model
  /** What is to happen next. */
  readonly msg: Msg | null
}

const quiet = (model: Model): Followed => ({ model, msg: null })
const withPrompt = (model: Model, prompt: Prompt): Model => ({ ...model, overlay: { kind: 'prompt', prompt } })
const closed = (model: Model): Model => ({ ...model, overlay: { kind: 'none' } })

function filterOf<Name extends ScreenName>(model: Model, page: Name): string | null {
  return SCREENS[page].filter(stateOf(model, page))
}

/** Opens the prompt for the page's filter, with the one in force in it. */
export function openFilter(model: Model): Model {
  const before = filterOf(model, model.page)
  return before === null ? model : withPrompt(model, { kind: 'filter', editor: editorOf(before), before })
}

const SHARED: readonly string[] = ['list', 'browse', 'pick', 'walk', 'detail', 'form']

/** Opens the palette: every page and every action that the page knows. */
export function openPalette(model: Model): Model {
  const choices = heardOf(bindings(model))
    .filter(({ msg, context }) => context === 'global' || (!SHARED.includes(context) && msg.kind === 'screen'))
    .filter(({ msg }) => msg.kind !== 'command' || !['palette', 'leave'].includes(msg.command.kind))
    .flatMap(({ help, keys: [key], refusal }): readonly Choice[] => {
      if (key === undefined) return []
      return [{ words: inert(help), key: strokeWords(key, model.ascii), press: pressOf(key), refusal }]
    })
  // What can be done comes first.
  const sorted = [
    ...choices.filter(({ refusal }) => refusal === null),
    ...choices.filter(({ refusal }) => refusal !== null),
  ]
  return withPrompt(model, { kind: 'palette', editor: editorOf(), choices: sorted, cursor: 0 })
}

/** What of the palette fits to what was typed, the best first. */
export function fitting({ choices, editor }: Extract<Prompt, { kind: 'palette' }>): readonly Choice[] {
  return fuzzy(editor.text, choices, ({ words }) => words)
}

/** Types into the prompt: a filter is in force with every key. */
export function typeIntoPrompt(model: Model, press: Press): Followed {
  if (model.overlay.kind !== 'prompt') return quiet(model)
  const { prompt } = model.overlay
  const editor = edit(prompt.editor, press)
  if (editor === null) return quiet(model)
  const typed = withPrompt(model, prompt.kind === 'filter' ? { ...prompt, editor } : { ...prompt, editor, cursor: 0 })
  if (prompt.kind === 'palette' || editor.text === prompt.editor.text) return quiet(typed)
  return { model: typed, msg: toScreen(model.page, { kind: 'filter', text: editor.text }) }
}

/** A key of the prompt's own. */
export function updatePrompt(model: Model, key: PromptKey): Followed {
  if (model.overlay.kind !== 'prompt') return quiet(model)
  const { prompt } = model.overlay
  switch (prompt.kind) {
    case 'filter':
      if (key === 'accept') return quiet(closed(model))
      if (key !== 'abandon') return quiet(model)
      return { model: closed(model), msg: toScreen(model.page, { kind: 'filter', text: prompt.before }) }
    case 'palette':
      return updatePalette(model, prompt, key)
  }
}

function updatePalette(model: Model, prompt: Extract<Prompt, { kind: 'palette' }>, key: PromptKey): Followed {
  const found = fitting(prompt)
  switch (key) {
    case 'abandon':
      return quiet(closed(model))
    case 'up':
    case 'down': {
      const cursor = prompt.cursor + (key === 'up' ? -1 : 1)
      return quiet(withPrompt(model, { ...prompt, cursor: Math.max(0, Math.min(found.length - 1, cursor)) }))
    }
    case 'accept': {
      const choice = found[prompt.cursor]
      return choice === undefined ? quiet(model) : { model: closed(model), msg: { kind: 'press', press: choice.press } }
    }
  }
}
