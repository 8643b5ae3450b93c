import type { Strength } from '../../core/domain/password-strength.ts'
import type { Wrong } from './pages/form.ts'
import type { Notice, Words } from './words.ts'

/** What is wrong with a new password that was typed twice, before its worth is looked at; null for nothing. */
export function newPasswordWrong({ newPassword: words }: Words, password: string, again: string): Wrong | null {
  if (password === '') return { password: words.noPassword }
  return password === again ? null : { again: words.differ }
}

/** What is said after a new password was set: how strong it is, where it could be better. */
export const noticeOf = (strength: Strength): Notice => (strength === 'strong' ? 'password-changed' : 'fair-password')
