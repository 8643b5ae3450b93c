import type { Locale } from './locale.ts'

/** Kinds of letters; a task makes letters of one kind. */
export const LETTER_KINDS = ['reset-password', 'reset-link', 'password-changed', 'test'] as const
export type LetterKind = (typeof LETTER_KINDS)[number]

/** One version of a template, kept in the store by the hash of its content. */
export interface Template {
  /** SHA-256 of kind, locale, subject, text and html, 32 hex digits. */
  readonly hash: string
  readonly kind: LetterKind
  readonly locale: Locale
  /** Liquid sources. */
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What a template may name in `{{ … }}`. The secret is not among them: it comes in as `{{ secret }}` at rendering. */
export interface LetterVariables {
  readonly username: string
  readonly name: string
  /** Where to sign in, or the empty string. */
  readonly sign_in_url: string
  /** How long a temporary password lives, in hours. */
  readonly hours: number
  /** How long a link lives, in minutes; in letters with a link alone. */
  readonly minutes?: number
  /** What the secret makes a link behind, the empty string where SERVICE_PORTAL_URL makes none; in letters with a link alone. */
  readonly reset_url?: string
  /** The sender's display name, or the empty string. */
  readonly sender: string
}

export interface Mailbox {
  readonly name: string
  readonly address: string
}

/** A letter frozen at its round's first attempt: rendering and composing it again gives the same bytes. */
export interface FrozenLetter {
  readonly template: string
  readonly variables: LetterVariables
  readonly from: Mailbox
  readonly to: Mailbox
  readonly replyTo: string | null
  /** `task.round@domain`, without angle brackets. */
  readonly messageId: string
  /** Milliseconds since 1970: the Date header. */
  readonly date: number
  readonly boundary: string
  /** Why the built-in template stands in for an operator's broken one, else null. */
  readonly fallback: string | null
}
