import { type Guessable, guesses, type PieceKind, type Strength, strengthOf } from './password-strength.ts'
import type { User } from './user.ts'

/** No password is longer, in code points: what is longer is refused before it costs a hash. */
export const PASSWORD_MAX_LENGTH = 256

/** Why a new password is refused. A door says it in the person's language; `passwordRefusalWords` in English. */
export type PasswordRefusal =
  /** Half a character (a lone surrogate), which no two programs keep alike. */
  | { readonly kind: 'malformed' }
  /** Counted in code points (NIST SP 800-63B-4, 3.1.1.2). */
  | { readonly kind: 'too-short'; readonly least: number }
  | { readonly kind: 'too-long'; readonly most: number }
  /** The username or the e-mail address, whole. */
  | { readonly kind: 'own-name' }
  /** On the list of common passwords, whole. */
  | { readonly kind: 'common' }
  /** Put together from what is tried first. */
  | { readonly kind: 'guessable'; readonly made: readonly PieceKind[] }
  | { readonly kind: 'present' }
  | { readonly kind: 'temporary' }

/** What a new password must be. */
export interface PasswordRules {
  /** SERVICE_PASSWORD_MIN_LENGTH. */
  readonly minLength: number
  readonly user: Pick<User, 'username' | 'email' | 'name'>
  /** Common passwords in lower case with their ranks. */
  readonly common: Guessable['common']
  /** SERVICE_PORTAL_NAME. */
  readonly portal: string
}

/** What a new password is worth. */
export interface Judgement {
  /** Why it may not be set, else null. */
  readonly refusal: PasswordRefusal | null
  /** For the hint; `weak` for one that is refused. */
  readonly strength: Strength
}

/**
 * Judges a new password by the rules alone, for the portal and for the script of its page. Nothing is asked of the kinds of
 * its characters, and it is compared whole (NIST SP 800-63B-4, 3.1.1.2). What is too long costs nothing.
 */
export function judge(password: string, rules: PasswordRules): Judgement {
  const refused = (refusal: PasswordRefusal): Judgement => ({ refusal, strength: 'weak' })
  const form = refuseForm(password, rules.minLength)
  if (form !== null) return refused(form)
  const folded = password.normalize('NFC').toLowerCase()
  const { username, email } = rules.user
  if ([username, email].some((text) => text.normalize('NFC').toLowerCase() === folded))
    return refused({ kind: 'own-name' })
  if (rules.common.has(folded)) return refused({ kind: 'common' })
  const taken = guesses(password, { common: rules.common, own: ownWords(rules) })
  const strength = strengthOf(taken)
  return strength === 'weak' ? refused({ kind: 'guessable', made: taken.made }) : { refusal: null, strength }
}

/** What stands against a password whoever's it is: its characters and their number. */
export function refuseForm(password: string, minLength: number): PasswordRefusal | null {
  if (!password.isWellFormed()) return { kind: 'malformed' }
  // A code point in NFC is at most eight UTF-16 units as typed: nothing long is taken apart.
  if (password.length > PASSWORD_MAX_LENGTH * 8) return { kind: 'too-long', most: PASSWORD_MAX_LENGTH }
  const length = [...password.normalize('NFC')].length
  if (length < minLength) return { kind: 'too-short', least: minLength }
  return length > PASSWORD_MAX_LENGTH ? { kind: 'too-long', most: PASSWORD_MAX_LENGTH } : null
}

/** Words that somebody who knows the person and the place tries first. */
function ownWords({ user, portal }: Pick<PasswordRules, 'user' | 'portal'>): readonly string[] {
  const whole = [user.username, user.email, user.name, portal, 'postern']
  return whole.flatMap((text) => [text, ...text.split(/[^\p{L}\p{M}\p{N}]+/u)])
}

const MADE_OF: Readonly<Record<PieceKind, string>> = {
  common: 'common words or passwords',
  own: 'your name, your address or the name of this place',
  repeat: 'repetitions',
  run: 'characters in a row',
  year: 'a year',
}

/** Why a password is refused, in words that follow "The password". */
export function passwordRefusalWords(refusal: PasswordRefusal): string {
  switch (refusal.kind) {
    case 'malformed':
      return 'holds a character that cannot be kept'
    case 'too-short':
      return `must have at least ${refusal.least} characters`
    case 'too-long':
      return `must have at most ${refusal.most} characters`
    case 'own-name':
      return 'must not be the username or the e-mail address'
    case 'common':
      return 'is one of the passwords that are tried first: many people use it'
    case 'guessable':
      return `is too easy to guess: it is little more than ${listed(refusal.made.map((kind) => MADE_OF[kind]))}`
    case 'present':
      return 'must differ from the present one'
    case 'temporary':
      return 'must not be the temporary password'
  }
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'a few characters') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
