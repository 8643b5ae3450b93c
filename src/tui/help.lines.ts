import { inert } from '../core/text/inert.ts'
import { type Binding, bindings } from './bindings.ts'
import { strokeWords } from './keymap.ts'
import { BLANK, fact, heading, type Line, wrapLine } from './line.ts'
import { MARGINS } from './list/scroll.ts'
import type { Model } from './model.ts'
import { PAGES } from './pages.ts'

const TITLES: Readonly<Record<string, string>> = {
  list: 'In every list',
  browse: 'In this list',
  pick: 'In this list',
  walk: 'In this list',
  detail: 'In what was opened',
  form: 'In a form',
  global: 'Everywhere',
}

/** The keys that hold where one is, by where they come from; why one does not apply just now stands behind it. */
export function helpLines(model: Model): readonly Line[] {
  const all = bindings({ ...model, overlay: { kind: 'none' } })
  const contexts = [...new Set(all.map(({ context }) => context))]
  const width = model.columns - MARGINS
  return contexts.flatMap((context, index) => {
    const title = TITLES[context] ?? PAGES[model.page].trail.join(' › ')
    const rows = all.filter((binding) => binding.context === context)
    const lines = rows.flatMap((binding) => wrapLine(keyLine(binding, model.ascii), width, KEY_WIDTH))
    return [...(index === 0 ? [] : [BLANK]), heading(title), ...lines]
  })
}

/** Cells for the keys of a row. */
const KEY_WIDTH = 18

function keyLine({ keys, help, refusal }: Binding, ascii: boolean): Line {
  const shown = keys.map((key) => strokeWords(key, ascii)).join(', ')
  const named = fact(`  ${shown}`, help, {}, KEY_WIDTH)
  return refusal === null ? named : [...named, { text: inert(` (not now: ${refusal})`, 300), tone: 'dim' }]
}
