import { StoreError } from '../core/store/error.ts'
import { type InertText, inert } from '../core/text/inert.ts'
import { readMailStatus } from '../core/usecases/mail-status.ts'
import type { Effect, Msg } from './msg.ts'
import type { Progress, World } from './screen.ts'
import { SCREENS, type ScreenEffect, type ScreenName, type Screens, toScreen } from './screens/table.ts'

/** What the terminal can do for the console. */
export interface Outside {
  readonly copy: (text: InertText) => boolean
  readonly suspend: () => void
  readonly redraw: () => void
  readonly quit: () => void
  /** Tells the console something after so many milliseconds. */
  readonly later: (milliseconds: number, msg: Msg) => void
}

/**
 * Does what an update asked for; what came of it is told, if anything did.
 * @throws StoreError, the only error that can be expected.
 */
export async function perform(effect: Effect, world: World, outside: Outside, progress: Progress<Msg>): Promise<void> {
  switch (effect.kind) {
    case 'screen':
      return performOn(effect.page, effect, world, progress)
    case 'read-mail':
      return progress.tell({ kind: 'mail', mail: await readMailStatus(world.store) })
    case 'toast':
      return outside.later(effect.milliseconds, { kind: 'toast-over', toast: effect.toast })
    case 'copy':
      return progress.tell({ kind: 'copied', what: effect.what, done: outside.copy(effect.text) })
    case 'suspend':
      return outside.suspend()
    case 'redraw':
      return outside.redraw()
    case 'quit':
      return outside.quit()
  }
}

async function performOn<Name extends ScreenName>(
  page: Name,
  { effect }: ScreenEffect<Name>,
  world: World,
  { tell, signal }: Progress<Msg>,
): Promise<void> {
  const own: Progress<Screens[Name]['msg']> = { signal, tell: (msg) => tell(toScreen(page, msg)) }
  own.tell(await SCREENS[page].perform(effect, world, own))
}

/** What an effect takes the place of, named across screens; null when it takes none. */
export function replacedBy(effect: Effect): string | null {
  return effect.kind === 'screen' ? replacedOn(effect.page, effect) : null
}

function replacedOn<Name extends ScreenName>(page: Name, { effect }: ScreenEffect<Name>): string | null {
  const name = SCREENS[page].replaces?.(effect) ?? null
  return name === null ? null : `${page}:${name}`
}

/**
 * What the operator is told when an effect failed because of the store: what was shown stays and is marked, or, when
 * something was to be changed, that it was not, or that nobody knows. Anything else is a bug.
 */
export function failureOf(error: unknown): Msg {
  if (!(error instanceof StoreError)) throw error
  const text = inert(error.message, 500)
  switch (error.kind) {
    case 'failed':
      return { kind: 'say', tone: 'bad', text: inert(`Not known whether saved. ${text}`, 600) }
    case 'full':
    case 'moved':
      return { kind: 'say', tone: 'bad', text }
    case 'missing':
    case 'refused':
    case 'damaged':
    case 'io':
      return { kind: 'stale', why: text }
  }
}
