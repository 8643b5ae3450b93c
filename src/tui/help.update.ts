import { helpLines } from './help.lines.ts'
import type { Press } from './input/press.ts'
import { DETAIL_KEYS } from './keymap.ts'
import { scrollWithin } from './list/scroll.ts'
import { type Model, sharedOf } from './model.ts'

/** A press while help is shown: it scrolls, or closes; null for Ctrl-C and its like, which mean what they always mean. */
export function updateHelp(model: Model, press: Press): Model | null {
  if (model.overlay.kind !== 'help') return null
  const stroke = press.kind === 'key' ? press.key : press.kind === 'text' ? press.text : ''
  if (stroke === 'ctrl+c' || stroke === 'ctrl+z' || stroke === 'ctrl+l') return null
  const scroll = DETAIL_KEYS.find(({ keys }) => keys.includes(stroke))?.what
  if (scroll === undefined) return { ...model, overlay: { kind: 'none' } }
  const top = scrollWithin(model.overlay.top, scroll.move, { ...sharedOf(model), lines: helpLines(model) })
  return { ...model, overlay: { kind: 'help', top } }
}
