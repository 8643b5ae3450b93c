import { thousands } from '../core/text/human.ts'
import { inert } from '../core/text/inert.ts'
import { awaitingOf, type Meaning, meaningOf } from './bindings.ts'
import type { Dialog } from './dialogs/dialog.ts'
import { typeIntoDialog, updateDialog } from './dialogs/dialog.update.ts'
import { updateHelp } from './help.update.ts'
import { edit, LONGEST_TEXT } from './input/editor.ts'
import type { Press } from './input/press.ts'
import type { Command } from './keymap.ts'
import { isTooSmall, type Model, stateOf } from './model.ts'
import type { Msg } from './msg.ts'
import { andThen, asking, go, just, leaveOne, type Next, tell, toast, turnTo } from './next.ts'
import { openFilter, openPalette, typeIntoPrompt, updatePrompt } from './prompt/prompt.update.ts'
import { SCREENS, type ScreenName } from './screens/table.ts'
import { behind, holding, waits } from './type-ahead.ts'
import { settingToMend } from './warning.ts'

/** The one place where the console changes: what is, and what happened, give what is next and what is to be done. */
export function update(model: Model, msg: Msg): Next {
  let next = step(model, msg)
  // What was typed and waited is done as soon as what it is about is there, in the order in which it was typed.
  for (let press = ripe(next.model); press !== null; press = ripe(next.model)) {
    const now = press
    next = andThen(next, (after) => take({ ...after, held: after.held.slice(1) }, now))
  }
  return next
}

/** The first of the presses that are held, when it need not wait any longer; what nobody can see waits. */
function ripe(model: Model): Press | null {
  const [first = null] = model.held
  return first === null || isTooSmall(model) || waits(model, meaningOf(model, first)) ? null : first
}

function step(model: Model, msg: Msg): Next {
  switch (msg.kind) {
    case 'press':
      return press(model, msg.press)
    case 'command':
      return obey(model, msg.command)
    case 'dialog':
      return followed(updateDialog(model, msg.key))
    case 'prompt':
      return followed(updatePrompt(model, msg.key))
    case 'screen':
      // What was waited for has not come, and nobody knows when it will.
      return tell(msg.msg.kind === 'failed' ? { ...model, held: [] } : model, msg.page, msg.msg)
    case 'drawn':
      return just(seen(model))
    case 'resized':
      return tell({ ...model, columns: msg.columns, rows: msg.rows }, model.page, { kind: 'resized' })
    case 'minute':
      return tell({ ...model, now: msg.now }, model.page, { kind: 'minute' })
    case 'changed':
      return changed({ ...model, now: msg.now }, msg.kinds)
    case 'daemon':
      return just({ ...model, daemon: msg.daemon })
    case 'mail':
      return just({ ...model, mail: msg.mail })
    case 'slow':
      return just({ ...model, slow: new Set([...model.slow, msg.effect]) })
    case 'over':
      return just({ ...model, slow: new Set([...model.slow].filter((effect) => effect !== msg.effect)) })
    case 'toast-over':
      return just(model.toast?.number === msg.toast ? { ...model, toast: null } : model)
    case 'copied':
      return msg.done
        ? toast(model, 'good', inert(`Copied ${msg.what}.`))
        : toast(model, 'warn', inert('This terminal takes no copies (OSC 52).'))
    case 'stale':
      return just({ ...model, stale: msg.why })
    case 'quit':
      return { model, effects: [{ kind: 'quit' }] }
    case 'say':
      return toast(model, msg.tone, msg.text)
  }
}

/** Does what a dialog or a prompt came to. */
function followed({ model, msg }: { readonly model: Model; readonly msg: Msg | null }): Next {
  return msg === null ? just(model) : step(model, msg)
}

/** A press that has just come: done at once, unless others wait before it. */
function press(model: Model, pressed: Press): Next {
  if (isTooSmall(model)) return pressWhileTooSmall(model, pressed)
  if (model.held.length === 0) return take(model, pressed)
  const free = { ...model, held: [] }
  switch (behind(model, pressed)) {
    case 'held':
      return just(holding(model, pressed))
    case 'at-once':
      return take(model, pressed)
    case 'left':
      return take(free, pressed)
    case 'taken-back':
      // What is on its way because of them is called off, too.
      return awaitingOf(model) === 'answer' ? take(free, pressed) : just(free)
  }
}

/** Does what a press means, or holds it until that is there. */
function take(model: Model, pressed: Press): Next {
  const { overlay } = model
  if (overlay.kind === 'help') {
    const helped = updateHelp(model, pressed)
    if (helped !== null) return just(helped)
  }
  const meaning = meaningOf(model, pressed)
  if (overlay.kind === 'dialog' && !overlay.isSeen && wouldAnswer(meaning)) return toast(model, 'warn', UNSEEN)
  if (waits(model, meaning)) return just(holding(model, pressed))
  switch (meaning.kind) {
    case 'nothing':
      return just(model)
    case 'text':
      return type(model, pressed)
    case 'binding': {
      const { refusal, msg } = meaning.binding
      // What was typed behind it counted on it.
      return refusal === null ? step(model, msg) : toast({ ...model, held: [] }, 'warn', refusal)
    }
  }
}

const UNSEEN = inert('Typed too early to answer this: read it, then press the key again.')

const TOO_LONG = inert(`Nothing was pasted: a field takes ${thousands(LONGEST_TEXT)} characters at most.`)

/** Whether a press would do more in a question than leave it. */
function wouldAnswer(meaning: Meaning): boolean {
  if (meaning.kind !== 'binding') return meaning.kind === 'text'
  return meaning.binding.msg.kind === 'dialog' && meaning.binding.msg.key !== 'cancel'
}

/** The question that stands on the screen can be answered from here on. */
function seen(model: Model): Model {
  const { overlay } = model
  if (overlay.kind !== 'dialog' || overlay.isSeen || isTooSmall(model)) return model
  return { ...model, overlay: { ...overlay, isSeen: true } }
}

/** Nothing can be seen, so nothing but leaving works. */
function pressWhileTooSmall(model: Model, pressed: Press): Next {
  if (pressed.kind === 'key' && pressed.key === 'ctrl+c') return { model, effects: [{ kind: 'quit' }] }
  if (pressed.kind === 'key' && pressed.key === 'ctrl+z') return { model, effects: [{ kind: 'suspend' }] }
  if (pressed.kind === 'text' && pressed.text === 'q' && !isDirty(model)) return { model, effects: [{ kind: 'quit' }] }
  return just(model)
}

function type(model: Model, pressed: Press): Next {
  if (pressed.kind === 'paste' && pressed.text.length > LONGEST_TEXT) return toast(model, 'warn', TOO_LONG)
  switch (model.overlay.kind) {
    case 'prompt':
      return followed(typeIntoPrompt(model, pressed))
    case 'dialog':
      return just(typeIntoDialog(model, (editor) => edit(editor, pressed)))
    case 'help':
    case 'none':
      return tell(model, model.page, { kind: 'typed', press: pressed })
  }
}

function obey(model: Model, command: Command): Next {
  switch (command.kind) {
    case 'page':
      return go(model, command.page, {}, 'for-good')
    case 'filter-prompt':
      return just(openFilter(model))
    case 'palette':
      return just(openPalette(model))
    case 'help':
      return just({ ...model, overlay: { kind: 'help', top: 0 } })
    case 'leave':
      return leaveOne(model, 'escape') ?? goBack(model) ?? just(model)
    case 'back':
      return leaveOne(model, 'back') ?? goBack(model) ?? quit(model)
    case 'fix': {
      const id = settingToMend(model)
      return id === null ? just(model) : go(model, 'settings', { id }, 'and-back')
    }
    case 'quit':
      return quit(model)
    case 'suspend':
      return { model, effects: [{ kind: 'suspend' }] }
    case 'redraw':
      return { model, effects: [{ kind: 'redraw' }] }
  }
}

/** To the page before; null at the root. */
function goBack(model: Model): Next | null {
  const page = model.back.at(-1)
  if (page === undefined) return null
  return turnTo(model, page, model.back.slice(0, -1), {})
}

const isDirtyOn = <Name extends ScreenName>(model: Model, page: Name): boolean =>
  SCREENS[page].dirty?.(stateOf(model, page)) ?? false

const isDirty = (model: Model): boolean => isDirtyOn(model, model.page)

/** Quits; what was typed and not saved is asked about once, and quitting again means it. */
function quit(model: Model): Next {
  const isAsked = model.overlay.kind === 'dialog' && model.overlay.dialog.ok.kind === 'quit'
  if (!isDirty(model) || isAsked) return { model, effects: [{ kind: 'quit' }] }
  const dialog: Dialog<Msg> = {
    kind: 'confirm',
    title: inert('Quit without saving?'),
    lines: [inert('What was typed on this page has not been saved.')],
    okWord: 'Quit',
    ok: { kind: 'quit' },
    focus: 'cancel',
  }
  return just(asking(model, dialog))
}

/** Something was committed: the page that is shown reads again what concerns it, and so does the line of warnings. */
function changed(model: Model, kinds: Extract<Msg, { kind: 'changed' }>['kinds']): Next {
  const next = tell(model, model.page, { kind: 'changed', kinds })
  const isAboutMail = kinds.has('queue') || kinds.has('setting') || kinds.has('task')
  return isAboutMail ? andThen(next, (after) => ({ model: after, effects: [{ kind: 'read-mail' }] })) : next
}
