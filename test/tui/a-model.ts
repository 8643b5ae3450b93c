import type { KeyName, Press } from '../../src/tui/input/press.ts'
import { initialModel, type Model } from '../../src/tui/model.ts'
import type { Effect, Msg } from '../../src/tui/msg.ts'
import { update } from '../../src/tui/update.ts'
import { MONDAY } from '../support/clock.ts'

/** A console at 80×24 on its page of tasks, with nothing read yet. */
export function aModel(given: Partial<Model> = {}): Model {
  const begun = { columns: 80, rows: 24, readOnly: false, ascii: false, now: MONDAY, page: 'tasks' as const }
  return { ...initialModel(begun), ...given }
}

const NAMED: readonly KeyName[] = [
  'enter',
  'escape',
  'tab',
  'down',
  'up',
  'left',
  'right',
  'ctrl+c',
  'ctrl+s',
  'ctrl+u',
  'backspace',
]

/** A press as a script writes it: a key's name, or a character. */
export function aPress(word: string): Press {
  const key = NAMED.find((name) => name === word)
  return key === undefined ? { kind: 'text', text: word } : { kind: 'key', key }
}

/** A console that messages and presses are given to, and that remembers what it wanted done. */
export class Desk {
  model: Model
  effects: Effect[] = []

  constructor(model: Model = aModel()) {
    this.model = model
  }

  send(msg: Msg): this {
    const next = update(this.model, msg)
    this.model = next.model
    this.effects.push(...next.effects)
    return this
  }

  /** Presses keys in one go: all of them before anything is drawn again. */
  press(...words: string[]): this {
    this.send({ kind: 'drawn' })
    for (const word of words) this.send({ kind: 'press', press: aPress(word) })
    return this
  }

  type(text: string): this {
    return this.press(...text)
  }

  /** The effects since they were last asked for. */
  wanted(): readonly Effect[] {
    const wanted = this.effects
    this.effects = []
    return wanted
  }
}
