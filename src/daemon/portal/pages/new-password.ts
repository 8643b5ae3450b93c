import { html } from 'hono/html'
import type { Strength } from '../../../core/domain/password-strength.ts'
import type { User } from '../../../core/domain/user.ts'
import { field, form, problem, type Wrong } from './form.ts'
import { type Frame, type Html, page } from './page.ts'

/** The hidden field that says whose new password it is: the browser may hold another link by the time it is sent. */
export const ACCOUNT_FIELD = 'account'

export interface NewPasswordPage {
  readonly token: string
  /** By a link; after a temporary password; or by somebody who is signed in and gives the present one. */
  readonly by: 'link' | 'temporary' | 'present'
  /** Who proved to be that by the link, the temporary password or the session. */
  readonly user: User
  /** SERVICE_PASSWORD_MIN_LENGTH. */
  readonly minLength: number
  readonly wrong?: Wrong
  /** What the password that was refused is worth. */
  readonly strength?: Strength | null
}

/** Where a new password is typed twice. */
export function newPasswordPage(
  frame: Frame,
  { token, by, user, minLength, wrong = {}, strength = null }: NewPasswordPage,
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
      hint: words.rules(minLength),
      wrong: wrong.password,
      first: begin === 'password',
      judged: { minLength, user, portal: frame.portal, longEnough: words.longEnough },
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
    script: true,
    problem: problem(frame.words, wrong),
    body: html`<p>${by === 'temporary' ? words.firstLead : words.resetLead(user.username)}</p>
${strength === null ? '' : html`<p class="strength">${words.strength(strength)}</p>`}
${form({
  action: by === 'link' ? '/reset-password' : '/change-password',
  token,
  button: words.button,
  fields: [
    html`<input type="hidden" name="${ACCOUNT_FIELD}" value="${user.username}">`,
    // Password keepers learn from it whose password this is; they pass over one of the type "hidden".
    html`<input type="text" name="username" autocomplete="username" value="${user.username}" readonly hidden>`,
    ...(by === 'present' ? [present] : []),
    ...passwordFields,
  ],
})}
<p class="after small">${words.afterwards}</p>
${by === 'temporary' ? form({ action: '/logout', token, fields: [], button: frame.words.account.out, quiet: true }) : ''}`,
  })
}
