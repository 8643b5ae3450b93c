import { parseAddress } from './address.ts'
import type { UserId } from './ids.ts'
import { LOCALES, type Locale, parseLocale } from './locale.ts'
import type { Instant } from './time.ts'

export const USER_STATUSES = ['active', 'disabled'] as const
export type UserStatus = (typeof USER_STATUSES)[number]

/** A person with an account. */
export interface User {
  readonly id: UserId
  readonly username: string
  /** Two usernames with one key are one identity: NFKC, without case. */
  readonly usernameKey: string
  /** What a username beyond ASCII looks like in ASCII; null for an ASCII one, whose key it is. */
  readonly skeleton: string | null
  /** As it was typed. */
  readonly email: string
  readonly addressKey: string
  readonly name: string
  readonly locale: Locale
  readonly status: UserStatus
  readonly createdAt: Instant
  /** Counts the changes: an edit says which version it was made on. */
  readonly version: number
}

/** What an operator or a CSV row says of a user. */
export interface UserFields {
  readonly username: string
  readonly email: string
  readonly name: string
  readonly locale: string
}
export type UserField = keyof UserFields
export const USER_FIELDS = ['username', 'email', 'name', 'locale'] as const satisfies readonly UserField[]

/** A refused field and why, in words that follow the field's name. */
export interface FieldRefusal {
  readonly field: UserField
  readonly why: string
}

export type ParsedUser = Pick<
  User,
  'username' | 'usernameKey' | 'skeleton' | 'email' | 'addressKey' | 'name' | 'locale'
>

const USERNAME_LENGTH = 64
const NAME_LENGTH = 128
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+-]*$/u
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]/u
/** Marks that show nothing, such as variation selectors: people's names may need them, an identity must not hide one. */
const UNSEEN_MARK = /\p{DI}/u

/** Letters of other scripts that pass for Latin ones, in lower case (from Unicode's confusables, UTS 39). */
const LOOKALIKES = new Map(
  [
    ['аαɑ', 'a'],
    ['вβ', 'b'],
    ['сϲ', 'c'],
    ['ԁ', 'd'],
    ['еεҽ', 'e'],
    ['ɡ', 'g'],
    ['һнհ', 'h'],
    ['іιıӏ', 'i'],
    ['јϳ', 'j'],
    ['кκ', 'k'],
    ['ⅼ', 'l'],
    ['м', 'm'],
    ['ոη', 'n'],
    ['оοօ', 'o'],
    ['рρ', 'p'],
    ['ԛզ', 'q'],
    ['г', 'r'],
    ['ѕ', 's'],
    ['тτ', 't'],
    ['υսμ', 'u'],
    ['νѵ', 'v'],
    ['ԝω', 'w'],
    ['хχ', 'x'],
    ['уγү', 'y'],
  ].flatMap(([others, latin]) => [...(others ?? '')].map((other): [string, string] => [other, latin ?? ''])),
)

/** The identity of a username: NFC and NFD, wide and narrow, upper and lower case are one. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase().normalize('NFC')
}

const asLatin = (text: string) => [...text].map((letter) => LOOKALIKES.get(letter) ?? letter).join('')

/** What a username looks like in Latin letters; null for one whose key is ASCII, which looks like itself. */
export function usernameSkeleton(username: string): string | null {
  if (/^[\x20-\x7e]*$/.test(usernameKey(username))) return null
  // Looked at before NFKC too: that makes ϲ, which passes for a c, a ς, which does not.
  return asLatin(usernameKey(asLatin(username.normalize('NFC').toLowerCase())))
}

function refuseUsername(username: string): string | null {
  if (username === '') return 'is missing'
  if (!username.isWellFormed() || INVISIBLE.test(username) || UNSEEN_MARK.test(username))
    return 'must not contain control or invisible characters'
  if ([...username].length > USERNAME_LENGTH) return `is over ${USERNAME_LENGTH} characters`
  if (!USERNAME.test(username)) return 'must begin with a letter or digit and hold only letters, digits and . _ @ + -'
  return null
}

function refuseName(name: string): string | null {
  if (!name.isWellFormed() || INVISIBLE.test(name)) return 'must not contain control or invisible characters'
  return [...name].length > NAME_LENGTH ? `is over ${NAME_LENGTH} characters` : null
}

/** Parses a user's fields; an empty locale is `en`. All refusals come back at once, in the fields' order. */
export function parseUser(
  fields: UserFields,
):
  | { readonly ok: true; readonly user: ParsedUser }
  | { readonly ok: false; readonly refusals: readonly FieldRefusal[] } {
  const refusals: FieldRefusal[] = []
  const refuse = (field: UserField, why: string | null) => {
    if (why !== null) refusals.push({ field, why })
  }
  const username = fields.username.normalize('NFC')
  const address = parseAddress(fields.email)
  const locale = parseLocale(fields.locale === '' ? LOCALES[0] : fields.locale)
  refuse('username', refuseUsername(username))
  if (!address.ok) refuse('email', `is not usable: ${address.why}`)
  refuse('name', refuseName(fields.name))
  if (locale === null) refuse('locale', `must be ${LOCALES.join(' or ')}`)
  if (refusals.length > 0 || !address.ok || locale === null) return { ok: false, refusals }
  return {
    ok: true,
    user: {
      username,
      usernameKey: usernameKey(username),
      skeleton: usernameSkeleton(username),
      email: fields.email,
      addressKey: address.key,
      name: fields.name,
      locale,
    },
  }
}
