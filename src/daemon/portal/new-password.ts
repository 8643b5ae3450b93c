import type { PasswordRefusal } from '../../core/domain/password.ts'
import type { Strength } from '../../core/domain/password-strength.ts'
import type { Form } from './form.ts'
import type { Wrong } from './pages/form.ts'
import type { Notice, Words } from './words.ts'

/** What is wrong with a new password that was typed twice, all of it at once; empty for nothing. */
export function newPasswordWrong({ newPassword: words }: Words, form: Form, refusal: PasswordRefusal | null): Wrong {
  const password = form.get('password') ?? ''
  if (password === '') return { password: words.noPassword }
  return {
    ...(refusal === null ? {} : { password: words.refused(refusal) }),
    ...(password === (form.get('again') ?? '') ? {} : { again: words.differ }),
  }
}

/** What is said after a new password was set: how strong it is, where it could be better. */
export const noticeOf = (strength: Strength): Notice => (strength === 'strong' ? 'password-changed' : 'fair-password')
