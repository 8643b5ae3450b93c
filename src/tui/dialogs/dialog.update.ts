import { inert } from '../../core/text/inert.ts'
import type { Editor } from '../input/editor.ts'
import type { DialogKey } from '../keymap.ts'
import type { Model } from '../model.ts'
import type { Msg } from '../msg.ts'
import type { Dialog } from './dialog.ts'

/** Whether OK would do something: what is asked for has been typed, or copied off the screen. */
export function isTyped<M>(dialog: Dialog<M>): boolean {
  if (dialog.kind === 'confirm') return true
  const { editor, expected } = dialog
  const typed = editor.text.trim().normalize('NFC')
  return typed === expected || typed === inert(expected)
}

/** A key within a question: the console after it, and the answer's message when it was yes. */
export function updateDialog(model: Model, key: DialogKey): { readonly model: Model; readonly msg: Msg | null } {
  if (model.overlay.kind !== 'dialog') return { model, msg: null }
  const { dialog } = model.overlay
  // What was said while it stood there was about it.
  const closed: Model = { ...model, overlay: { kind: 'none' }, toast: null }
  switch (key) {
    case 'cancel':
      return { model: closed, msg: null }
    case 'ok':
      return isTyped(dialog) ? { model: closed, msg: dialog.ok } : { model, msg: null }
    case 'choose':
      return { model: closed, msg: dialog.kind === 'confirm' && dialog.focus === 'ok' ? dialog.ok : null }
    case 'switch': {
      if (dialog.kind !== 'confirm') return { model, msg: null }
      const focus = dialog.focus === 'cancel' ? 'ok' : 'cancel'
      return { model: { ...model, overlay: { ...model.overlay, dialog: { ...dialog, focus } } }, msg: null }
    }
  }
}

/** Types into the question that wants something typed. */
export function typeIntoDialog(model: Model, type: (editor: Editor) => Editor | null): Model {
  if (model.overlay.kind !== 'dialog' || model.overlay.dialog.kind !== 'typed') return model
  const { dialog } = model.overlay
  const editor = type(dialog.editor) ?? dialog.editor
  return { ...model, overlay: { ...model.overlay, dialog: { ...dialog, editor } } }
}
