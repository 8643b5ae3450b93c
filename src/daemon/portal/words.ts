import type { Locale } from '../../core/domain/locale.ts'
import type { HintWords } from './hint/words.ts'

/** What one page is called and says. */
interface PageWords {
  readonly title: string
}

/** All that the portal says, in one language. Both languages have every sentence: the type says so. */
export interface Words {
  readonly locale: Locale
  readonly languages: string
  readonly problem: string
  /** Put before the title of a page whose form was refused: a screen reader says it first. */
  readonly failed: string
  /** Back to the page that was asked for, and to the first one. */
  readonly again: string
  readonly home: string

  readonly signIn: PageWords & {
    readonly name: string
    readonly password: string
    readonly button: string
    readonly forgot: string
    /** Names the way by a link where one can be asked for. */
    readonly refused: (links: boolean) => string
    readonly noName: string
    readonly noPassword: string
    readonly needed: string
  }
  readonly forgot: PageWords & {
    readonly lead: string
    readonly address: string
    readonly button: string
    readonly sent: string
    readonly whatNext: (minutes: number) => string
    readonly notAnAddress: string
    readonly toSignIn: string
  }
  readonly newPassword: HintWords & {
    readonly resetTitle: string
    readonly changeTitle: string
    readonly firstTitle: string
    readonly resetLead: (username: string) => string
    readonly firstLead: string
    readonly present: string
    readonly password: string
    readonly again: string
    readonly button: string
    readonly rules: (least: number) => string
    readonly afterwards: string
    readonly noPresent: string
    readonly wrongPresent: string
    readonly noPassword: string
    readonly differ: string
  }
  readonly dead: PageWords & { readonly why: string; readonly newLink: string; readonly askOperator: string }
  readonly account: PageWords & {
    readonly username: string
    readonly address: string
    readonly name: string
    readonly change: string
    readonly out: string
    readonly outEverywhere: string
    readonly outEverywhereHint: string
    readonly onlyNewPassword: string
  }
  readonly notices: Readonly<Record<Notice, string>>
  readonly errors: Readonly<Record<ErrorStatus, { readonly title: string; readonly text: string }>>
}

/** What is said on the next page after something was done. */
const NOTICES = ['password-changed', 'fair-password', 'signed-out', 'signed-out-everywhere'] as const
export type Notice = (typeof NOTICES)[number]
export const isNotice = (text: string | null): text is Notice => NOTICES.some((notice) => notice === text)

/** The statuses that have a page of their own. */
export type ErrorStatus = 400 | 403 | 404 | 405 | 415 | 429 | 500 | 503
