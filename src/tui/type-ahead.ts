import { awaitingOf, type Meaning, meaningOf } from './bindings.ts'
import type { Press } from './input/press.ts'
import type { Model } from './model.ts'

/**
 * Keys that come before what they are about: they are held until it is there, and then done in the order in which they
 * were typed. What is held, and for how long, goes by what the page awaits (`Screen.awaits`).
 */

/** More than anybody types while a page is read; a key that falls asleep on something must not fill the memory. */
const MOST_HELD = 1000

/** Whether a press that means this is about something that is not there yet. */
export const waits = (model: Model, meaning: Meaning): boolean =>
  // What will be there is not known: anything may mean something in it.
  meaning.kind === 'binding' ? meaning.binding.waits : awaitingOf(model) === 'answer'

/** What a press does to those that are held: it stands behind them, or takes them back, alone or as well as what it means. */
export type Behind = 'held' | 'taken-back' | 'left' | 'at-once'

/** What becomes of a press while others are held. */
export function behind(model: Model, press: Press): Behind {
  const meaning = meaningOf(model, press)
  if (meaning.kind !== 'binding' || meaning.binding.msg.kind !== 'command') return 'held'
  const { command } = meaning.binding.msg
  switch (command.kind) {
    case 'leave':
      return 'taken-back'
    case 'quit':
      return 'left'
    case 'suspend':
    case 'redraw':
      return 'at-once'
    case 'back':
      return willBeText(model) ? 'held' : 'taken-back'
    case 'page':
      return willBeText(model) ? 'held' : 'left'
    case 'filter-prompt':
    case 'palette':
    case 'help':
    case 'fix':
      return 'held'
  }
}

/** Whether one of the keys that are held opens something into which those behind it are typed. */
function willBeText(model: Model): boolean {
  return model.held.some((press) => {
    const meaning = meaningOf(model, press)
    return meaning.kind === 'binding' && meaning.binding.opensField
  })
}

/** The console with one more press that waits; what is too much is not taken. */
export const holding = (model: Model, press: Press): Model =>
  model.held.length < MOST_HELD ? { ...model, held: [...model.held, press] } : model
