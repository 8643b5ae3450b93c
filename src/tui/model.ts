import type { Instant } from '../core/domain/time.ts'
import type { Heartbeat } from '../core/host/heartbeat.ts'
import type { InertText } from '../core/text/inert.ts'
import type { MailStatus } from '../core/usecases/mail-status.ts'
import type { Dialog } from './dialogs/dialog.ts'
import type { Press } from './input/press.ts'
import type { Tone } from './line.ts'
import type { Msg } from './msg.ts'
import type { Prompt } from './prompt/prompt.ts'
import type { Shared } from './screen.ts'
import { PAGE_SCREENS, SCREENS, type ScreenName, type Screens } from './screens/table.ts'

/** What stands over the page and hears the keys. */
type Overlay =
  | { readonly kind: 'none' }
  /** A question is answered by nothing that was typed before it was drawn. */
  | { readonly kind: 'dialog'; readonly dialog: Dialog<Msg>; readonly isSeen: boolean }
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'prompt'; readonly prompt: Prompt }

/** The screens that have been at; any other is as it begins. */
type ScreenStates = { readonly [Name in ScreenName]?: Screens[Name]['state'] }

/** The whole console at one moment. */
export interface Model {
  readonly columns: number
  readonly rows: number
  readonly readOnly: boolean
  readonly ascii: boolean
  /** Letters are caught, and there is a page of them. */
  readonly sandbox: boolean
  readonly now: Instant
  readonly page: ScreenName
  /** The pages to go back to, the latest last. */
  readonly back: readonly ScreenName[]
  readonly screens: ScreenStates
  readonly overlay: Overlay
  /** What was typed and waits for what the page awaits, in order. */
  readonly held: readonly Press[]
  readonly toast: { readonly number: number; readonly tone: Tone; readonly text: InertText } | null
  readonly toasts: number
  readonly daemon: Heartbeat | null | undefined
  readonly mail: MailStatus | null
  /** Why what is shown may not be how things stand. */
  readonly stale: InertText | null
  /** Reads that have been under way for longer than an operator overlooks. */
  readonly slow: ReadonlySet<number>
}

export interface Beginning {
  readonly columns: number
  readonly rows: number
  readonly readOnly: boolean
  readonly ascii: boolean
  readonly sandbox?: boolean
  readonly now: Instant
  readonly page: ScreenName
}

/** The pages that are there, in the order of their tabs. */
export const pagesOf = ({ sandbox }: Pick<Model, 'sandbox'>): readonly ScreenName[] =>
  sandbox ? PAGE_SCREENS : PAGE_SCREENS.filter((name) => name !== 'inbox')

/** How a screen stands. */
export function stateOf<Name extends ScreenName>({ screens }: Model, page: Name): Screens[Name]['state'] {
  return screens[page] ?? SCREENS[page].initial
}

export function initialModel(given: Beginning): Model {
  const nothing = { toast: null, toasts: 0, daemon: undefined, mail: null, stale: null, slow: new Set<number>() }
  return { sandbox: false, ...given, ...nothing, back: [], screens: {}, overlay: { kind: 'none' }, held: [] }
}

/** Header, breadcrumbs, the line of warnings and toasts, and the footer. */
const FRAME_ROWS = 4

export const LEAST_COLUMNS = 60
export const LEAST_ROWS = 15
export const isTooSmall = ({ columns, rows }: Pick<Model, 'columns' | 'rows'>): boolean =>
  columns < LEAST_COLUMNS || rows < LEAST_ROWS

/** What screens are given to know. */
export function sharedOf({ columns, rows, now, readOnly, sandbox, daemon, mail }: Model): Shared {
  return { columns, rows, bodyRows: Math.max(1, rows - FRAME_ROWS), now, readOnly, sandbox, daemon, mail }
}
