import type { Press } from './input/press.ts'
import type { Model } from './model.ts'

const STEPS: Readonly<Partial<Record<string, number>>> = {
  j: 1,
  down: 1,
  k: -1,
  up: -1,
  pagedown: 10,
  ' ': 10,
  pageup: -10,
}

/** A press while help is shown: it scrolls, or closes; null for Ctrl-C and its like, which mean what they always mean. */
export function updateHelp(model: Model, press: Press): Model | null {
  if (model.overlay.kind !== 'help') return null
  const stroke = press.kind === 'key' ? press.key : press.kind === 'text' ? press.text : ''
  if (stroke === 'ctrl+c' || stroke === 'ctrl+z' || stroke === 'ctrl+l') return null
  const step = STEPS[stroke]
  if (step === undefined) return { ...model, overlay: { kind: 'none' } }
  return { ...model, overlay: { kind: 'help', top: Math.max(0, model.overlay.top + step) } }
}
