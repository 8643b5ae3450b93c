import type { Instant } from '../core/domain/time.ts'
import type { Heartbeat } from '../core/host/heartbeat.ts'
import type { Change } from '../core/store/port.ts'
import type { InertText } from '../core/text/inert.ts'
import type { MailStatus } from '../core/usecases/mail-status.ts'
import type { Press } from './input/press.ts'
import type { Command, DialogKey, PromptKey } from './keymap.ts'
import type { Tone } from './line.ts'
import type { ScreenEffect, ScreenMsg } from './screens/table.ts'

/** Everything that can happen. */
export type Msg =
  | { readonly kind: 'press'; readonly press: Press }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'dialog'; readonly key: DialogKey }
  | { readonly kind: 'prompt'; readonly key: PromptKey }
  | ScreenMsg
  /** What is over the page stands on the screen. */
  | { readonly kind: 'drawn' }
  | { readonly kind: 'resized'; readonly columns: number; readonly rows: number }
  /** A full minute has begun. */
  | { readonly kind: 'minute'; readonly now: Instant }
  | { readonly kind: 'changed'; readonly kinds: Change['kinds']; readonly now: Instant }
  | { readonly kind: 'daemon'; readonly daemon: Heartbeat | null }
  | { readonly kind: 'mail'; readonly mail: MailStatus }
  /** A read takes so long that the operator is told; and it is over. */
  | { readonly kind: 'slow' | 'over'; readonly effect: number }
  | { readonly kind: 'toast-over'; readonly toast: number }
  | { readonly kind: 'copied'; readonly what: InertText; readonly done: boolean }
  /** The store cannot be read, or it can be again. */
  | { readonly kind: 'stale'; readonly why: InertText | null }
  /** To be told in one line. */
  | { readonly kind: 'say'; readonly tone: Tone; readonly text: InertText }
  /** Quits, whatever was typed. */
  | { readonly kind: 'quit' }

/** What is to be done outside. */
export type Effect =
  | ScreenEffect
  | { readonly kind: 'read-mail' }
  | { readonly kind: 'toast'; readonly toast: number; readonly milliseconds: number }
  | { readonly kind: 'copy'; readonly text: InertText; readonly what: InertText }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'quit' }
