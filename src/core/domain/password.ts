import type { User } from './user.ts'

/** No password is longer, in code points: what is longer is refused before it costs a hash. */
export const PASSWORD_MAX_LENGTH = 256

/**
 * Why a new password is refused, in words that follow "The password"; null when it may be set. Code points are
 * counted, nothing is asked of their kinds (NIST SP 800-63B-4, 3.1.1.2).
 */
export function refusePassword(
  password: string,
  minLength: number,
  user: Pick<User, 'username' | 'email'>,
): string | null {
  if (!password.isWellFormed()) return 'holds a character that cannot be kept'
  const normal = password.normalize('NFC')
  const length = [...normal].length
  if (length < minLength) return `must have at least ${minLength} characters`
  if (length > PASSWORD_MAX_LENGTH) return `must have at most ${PASSWORD_MAX_LENGTH} characters`
  const folded = normal.toLowerCase()
  const own = [user.username, user.email].map((text) => text.normalize('NFC').toLowerCase())
  return own.includes(folded) ? 'must not be the username or the e-mail address' : null
}
