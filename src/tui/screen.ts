import type { Instant } from '../core/domain/time.ts'
import type { Heartbeat } from '../core/host/heartbeat.ts'
import type { Change, Direction, Store } from '../core/store/port.ts'
import type { InertText } from '../core/text/inert.ts'
import type { Context } from '../core/usecases/context.ts'
import type { MailStatus } from '../core/usecases/mail-status.ts'
import type { Dialog } from './dialogs/dialog.ts'
import type { Inbox } from './inbox.ts'
import type { Press } from './input/press.ts'
import type { KeyRow, SharedContext } from './key-row.ts'
import type { Tone } from './line.ts'
import type { ListWindow, Move } from './list/window.ts'
import type { PageName } from './pages.ts'

/** What every screen is given to know. */
export interface Shared {
  /** Cells of the terminal. */
  readonly columns: number
  readonly rows: number
  /** Rows that a page has for itself: the terminal's less the frame's. */
  readonly bodyRows: number
  /** Store time, as of the last answer or full minute: countdowns go by the minute. */
  readonly now: Instant
  /** No key that changes anything exists. */
  readonly readOnly: boolean
  /** Letters are caught: they reach nobody. */
  readonly sandbox: boolean
  /** The daemon that holds the data directory; null when there is none, undefined when it was not looked for yet. */
  readonly daemon: Heartbeat | null | undefined
  /** How sending as a whole stands; null when it was not read yet. */
  readonly mail: MailStatus | null
}

/** From this width on a detail stands beside a list. */
export const DETAIL_COLUMNS = 120
export const hasDetailPane = ({ columns }: Shared): boolean => columns >= DETAIL_COLUMNS

/** What a page is asked to show when it is gone to; what is not given stays as it was. */
export interface Arrival {
  readonly filter?: string | undefined
  /** Of a row to be opened, or the name of a setting to be focused. */
  readonly id?: string | undefined
  /** When what is to be opened began, where that is known: a long log is not looked through for it. */
  readonly began?: Instant | undefined
}

/** What the core tells any screen. A screen handles those that concern it and leaves the others. */
export type CoreMsg =
  /** The page is shown: for the first time, or again. */
  | { readonly kind: 'shown'; readonly arrival: Arrival }
  /** Something was committed, by anyone. */
  | { readonly kind: 'changed'; readonly kinds: Change['kinds'] }
  /** `shared.now` is another minute, or the terminal has another size. */
  | { readonly kind: 'minute' }
  | { readonly kind: 'resized' }
  /** The filter as it stands in the prompt, with every key. */
  | { readonly kind: 'filter'; readonly text: string }
  /** An effect of the screen's failed, which the operator was told: what it was to read is wanted again at the next occasion. */
  | { readonly kind: 'failed' }
  /** A key of the shared tables `list` and `detail`. */
  | { readonly kind: 'move'; readonly move: Move }
  | { readonly kind: 'mark' }
  | { readonly kind: 'open' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'scroll'; readonly move: Move }
  /** A press that belongs to the form or field that the screen has open (its context is `form` or `field`). */
  | { readonly kind: 'typed'; readonly press: Press }

/** What a screen asks the core to do. */
export type Order<Msg> =
  | { readonly kind: 'ask'; readonly dialog: Dialog<Msg> }
  | { readonly kind: 'toast'; readonly tone: Tone; readonly text: InertText }
  | { readonly kind: 'go'; readonly page: PageName; readonly arrival: Arrival }
  /** What was waited for has come to something else: keys that were typed for it are given up. */
  | { readonly kind: 'give-up' }
  /** To the operator's clipboard; `what` says in the toast what was copied. */
  | { readonly kind: 'copy'; readonly text: string; readonly what: string }

/**
 * What a page is about to come to, and so which keys wait for it:
 * `rows` – other rows, or how they are after a change under way: keys that are about a row wait, moves do not;
 * `page` – what it shows at all, or something to be opened: moves wait, too;
 * `answer` – a question, or what becomes of a form: every key may be meant for what is there then.
 */
export type Awaiting = 'nothing' | 'rows' | 'page' | 'answer'

/** What a page has begun and is to hear of: a question that is being prepared, or a change that is being made. */
export type UnderWay = 'nothing' | 'question' | 'change'

/** What an update comes to. */
export interface Step<State, Msg, Effect> {
  readonly state: State
  readonly effects?: readonly Effect[]
  readonly orders?: readonly Order<Msg>[]
}

/** A row of a screen's own: `when` says why it does not apply just now, or null when it does. */
interface ScreenKeyRow<State, Msg> extends KeyRow<Msg> {
  readonly when?: (state: State, shared: Shared) => string | null
  /** Where its hint is of use, or what else it says there; without this everywhere on the page, dim where it does not apply. */
  readonly hinted?: (state: State) => boolean | string
  /** Whether something is not known yet that `when` asks for, besides what the page itself awaits. */
  readonly waits?: (state: State, shared: Shared) => boolean
}
export type Keys<State, Msg> = readonly ScreenKeyRow<State, Msg>[]

/** What effects work with. */
export interface World {
  readonly store: Store
  readonly context: Context
  /** The data directory. */
  readonly data: string
  /** Why what is read may be old, in a sentence: the store is damaged, or no longer there. Null while all is well. */
  readonly trouble: () => string | null
  /** What a sandbox has caught; without it there is no page of that. */
  readonly inbox?: Inbox | undefined
}

/** For what takes long: what it has come to so far, and whether anybody still wants to know. */
export interface Progress<Msg> {
  readonly tell: (msg: Msg) => void
  readonly signal: AbortSignal
}

/** What the line below the tabs says of a page. */
export interface Headline {
  /** Behind the page's name: the filter, what was opened. */
  readonly crumbs: readonly InertText[]
  /** The list's cursor and length, where the page is a list. */
  readonly list?: Pick<ListWindow<unknown>, 'cursor' | 'first' | 'total' | 'rows' | 'marks' | 'loaded'>
  readonly order?: { readonly words: string; readonly direction: Direction }
  /** Anything else, at the right. */
  readonly note?: InertText
}

/**
 * A screen without its looks. All of it is pure but `perform`, which does what an effect says and gives what came of it;
 * it throws StoreError alone, which the core shows.
 */
export interface Screen<State, Msg, Effect> {
  readonly initial: State
  readonly keys: Keys<State, Msg>
  /** Which shared key tables apply, besides the screen's own; `form` means that keys are text. */
  contexts(state: State, shared: Shared): readonly SharedContext[]
  headline(state: State, shared: Shared): Headline
  update(state: State, msg: Msg | CoreMsg, shared: Shared): Step<State, Msg, Effect>
  perform(effect: Effect, world: World, progress: Progress<Msg>): Promise<Msg>
  /** Effects of one name take each other's place: a newer one aborts what is under way. Null, or without this, none does. */
  replaces?(effect: Effect): string | null
  /** One rung of the Escape ladder; null when there is nothing to leave. `q` asks for `back`, which leaves filter and marks alone. */
  leave(state: State, shared: Shared, how: 'escape' | 'back'): Step<State, Msg, Effect> | null
  /** Another page is shown: what only this one had a use for ends. Without this nothing does. */
  hide?(state: State): Step<State, Msg, Effect>
  /** The filter in force, as typed; null for a page that has none. */
  filter(state: State): string | null
  /** What is on its way, for which keys wait. */
  awaits(state: State): Awaiting
  /** Whether leaving now would lose what was typed. */
  dirty?(state: State): boolean
}
