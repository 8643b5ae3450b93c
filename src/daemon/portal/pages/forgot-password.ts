import { html } from 'hono/html'
import { field, form, problem, type Wrong } from './form.ts'
import { type Frame, type Html, page } from './page.ts'

export interface ForgotPage {
  readonly token: string
  readonly address?: string
  readonly wrong?: Wrong
  /** After the form was sent: SERVICE_RESET_LINK_MINUTES. */
  readonly sent?: { readonly minutes: number } | null
}

export function forgotPage(frame: Frame, { token, address = '', wrong = {}, sent = null }: ForgotPage): Html {
  const words = frame.words.forgot
  return page(frame, {
    title: words.title,
    notice: sent === null ? null : words.sent,
    problem: problem(frame.words, wrong),
    body: html`<p>${sent === null ? words.lead : words.whatNext(sent.minutes)}</p>
${form({
  action: '/forgot-password',
  token,
  button: words.button,
  fields: [
    field({
      name: 'email',
      label: words.address,
      type: 'email',
      autocomplete: 'email',
      value: address,
      wrong: wrong.email,
      first: sent === null && wrong.email === undefined,
    }),
  ],
})}
<p class="after"><a href="/login">${words.toSignIn}</a></p>`,
  })
}
