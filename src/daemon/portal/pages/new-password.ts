import { html } from 'hono/html'
import type { Strength } from '../../../core/domain/password-strength.ts'
import { field, form, problem, type Wrong } from './form.ts'
import { type Frame, type Html, page } from './page.ts'

export interface NewPasswordPage {
  readonly token: string
  /** By a link; after a temporary password; or by somebody who is signed in and gives the present one. */
  readonly by: 'link' | 'temporary' | 'present'
  readonly username: string
  /** SERVICE_PASSWORD_MIN_LENGTH. */
  readonly least: number
  readonly wrong?: Wrong
  /** What the password that was refused is worth. */
  readonly strength?: Strength | null
}

/** Where a new password is typed twice. */
export function newPasswordPage(
  frame: Frame,
  { token, by, username, least, wrong = {}, strength = null }: NewPasswordPage,
): Html {
  const words = frame.words.newPassword
  const titles = { link: words.resetTitle, temporary: words.firstTitle, present: words.changeTitle }
  // What is wrong takes the focus itself.
  const begin = Object.keys(wrong).length > 0 ? null : by === 'present' ? 'present' : 'password'
  const passwordFields = [
    field({
      name: 'password',
      label: words.password,
      type: 'password',
      autocomplete: 'new-password',
      hint: words.rules(least),
      wrong: wrong.password,
      first: begin === 'password',
      least: { length: least, reached: words.longEnough },
    }),
    field({
      name: 'again',
      label: words.again,
      type: 'password',
      autocomplete: 'new-password',
      wrong: wrong.again,
    }),
  ]
  const present = field({
    name: 'present',
    label: words.present,
    type: 'password',
    autocomplete: 'current-password',
    wrong: wrong.present,
    first: begin === 'present',
  })
  return page(frame, {
    title: titles[by],
    problem: problem(frame.words, wrong),
    body: html`<p>${by === 'temporary' ? words.firstLead : words.resetLead(username)}</p>
${strength === null ? '' : html`<p class="strength">${words.strength(strength)}</p>`}
${form({
  action: by === 'link' ? '/reset-password' : '/change-password',
  token,
  button: words.button,
  // Password keepers learn from it whose password this is.
  fields: [
    html`<input type="hidden" name="username" autocomplete="username" value="${username}">`,
    ...(by === 'present' ? [present] : []),
    ...passwordFields,
  ],
})}
<p class="after small">${words.afterwards}</p>`,
  })
}
