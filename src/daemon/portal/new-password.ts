import type { Wrong } from './pages/form.ts'
import type { Words } from './words.ts'

/** What is wrong with a new password that was typed twice, before its worth is looked at; null for nothing. */
export function newPasswordWrong({ newPassword: words }: Words, password: string, again: string): Wrong | null {
  if (password === '') return { password: words.noPassword }
  return password === again ? null : { again: words.differ }
}
