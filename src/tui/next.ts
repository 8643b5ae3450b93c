import { type InertText, inert } from '../core/text/inert.ts'
import type { Dialog } from './dialogs/dialog.ts'
import type { Tone } from './line.ts'
import { type Model, pagesOf, sharedOf, stateOf } from './model.ts'
import type { Effect, Msg } from './msg.ts'
import { PAGES, type PageName } from './pages.ts'
import type { Arrival, CoreMsg, Order } from './screen.ts'
import { effectOf, isScreenName, SCREENS, type ScreenName, type Screens, toScreen } from './screens/table.ts'

/** What a message comes to: the console after it, and what is to be done outside. */
export interface Next {
  readonly model: Model
  readonly effects: readonly Effect[]
}

export const just = (model: Model): Next => ({ model, effects: [] })

/** Goes on from what came before; the effects of both are done. */
export function andThen({ model, effects }: Next, step: (model: Model) => Next): Next {
  const next = step(model)
  return { model: next.model, effects: [...effects, ...next.effects] }
}

/** What is said stays as long as it takes to read it, at some fourteen characters a second. */
const READ_MS = 70
const LEAST_MS = 5000

/** Says something for some seconds. */
export function toast(model: Model, tone: Tone, text: InertText): Next {
  const number = model.toasts + 1
  return {
    model: { ...model, toasts: number, toast: { number, tone, text } },
    effects: [{ kind: 'toast', toast: number, milliseconds: Math.max(LEAST_MS, text.length * READ_MS) }],
  }
}

/** Tells a screen something. */
export function tell<Name extends ScreenName>(model: Model, page: Name, msg: Screens[Name]['msg'] | CoreMsg): Next {
  return settle(model, page, SCREENS[page].update(stateOf(model, page), msg, sharedOf(model)))
}

/** Has the screen that is shown leave one thing; null when there is nothing that it could leave. */
export function leaveOne(model: Model, how: 'escape' | 'back'): Next | null {
  return leaveOn(model, model.page, how)
}

function leaveOn<Name extends ScreenName>(model: Model, page: Name, how: 'escape' | 'back'): Next | null {
  const step = SCREENS[page].leave(stateOf(model, page), sharedOf(model), how)
  return step === null ? null : settle(model, page, step)
}

interface AnyStep<Name extends ScreenName> {
  readonly state: Screens[Name]['state']
  readonly effects?: readonly Screens[Name]['effect'][]
  readonly orders?: readonly Order<Screens[Name]['msg']>[]
}

function settle<Name extends ScreenName>(model: Model, page: Name, step: AnyStep<Name>): Next {
  const screens = { ...model.screens, [page]: step.state }
  const effects = (step.effects ?? []).map((effect): Effect => effectOf(page, effect))
  let next: Next = { model: { ...model, screens }, effects }
  for (const order of step.orders ?? []) next = andThen(next, (after) => obey(after, page, order))
  return next
}

function obey<Name extends ScreenName>(model: Model, page: Name, order: Order<Screens[Name]['msg']>): Next {
  switch (order.kind) {
    case 'ask':
      return just(asking(model, addressed(page, order.dialog)))
    case 'give-up':
      return just({ ...model, held: [] })
    case 'toast':
      return toast(model, order.tone, order.text)
    case 'go':
      return go(model, order.page, order.arrival, 'and-back')
    case 'copy':
      return { model, effects: [{ kind: 'copy', text: inert(order.text, 1000), what: inert(order.what) }] }
  }
}

/** The console with a question over the page, which nobody has seen yet. */
export const asking = (model: Model, dialog: Dialog<Msg>): Model => ({
  ...model,
  overlay: { kind: 'dialog', dialog, isSeen: false },
})

/** The dialog with its answer addressed to the screen that asks. */
function addressed<Name extends ScreenName>(page: Name, dialog: Dialog<Screens[Name]['msg']>): Dialog<Msg> {
  return { ...dialog, ok: toScreen(page, dialog.ok) }
}

/** Shows a page. One that was jumped to is left by going back; one that was chosen by its key is a root. */
export function go(model: Model, page: PageName, arrival: Arrival, way: 'and-back' | 'for-good'): Next {
  if (!isScreenName(page) || !pagesOf(model).includes(page))
    return toast(model, 'warn', inert(`There is no page ${PAGES[page].tab} here.`))
  const back = way === 'for-good' ? [] : page === model.page ? model.back : [...model.back, model.page]
  return turnTo(model, page, back, arrival)
}

/** Shows a page in place of another, which is told that it is hidden; what was said there is over. */
export function turnTo(model: Model, page: ScreenName, back: Model['back'], arrival: Arrival): Next {
  const left = page === model.page ? just(model) : hide({ ...model, toast: null }, model.page)
  return andThen(left, (after) =>
    tell({ ...after, page, back, overlay: { kind: 'none' } }, page, { kind: 'shown', arrival }),
  )
}

function hide<Name extends ScreenName>(model: Model, page: Name): Next {
  const step = SCREENS[page].hide?.(stateOf(model, page))
  return step === undefined ? just(model) : settle(model, page, step)
}
