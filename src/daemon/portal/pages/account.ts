import { html } from 'hono/html'
import type { User } from '../../../core/domain/user.ts'
import { form } from './form.ts'
import { type Frame, type Html, page } from './page.ts'

export function accountPage(frame: Frame, { token, user }: { readonly token: string; readonly user: User }): Html {
  const words = frame.words.account
  const fact = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  return page(frame, {
    title: words.title,
    body: html`<dl>
${fact(words.username, user.username)}
${user.name === '' ? '' : fact(words.name, user.name)}
${fact(words.address, user.email)}
</dl>
<div class="stack">
<a class="action" href="/change-password">${words.change}</a>
${form({ action: '/logout', token, fields: [], button: words.out, quiet: true })}
${form({
  action: '/logout',
  token,
  fields: [html`<input type="hidden" name="everywhere" value="yes">`],
  button: words.outEverywhere,
  quiet: true,
})}
</div>
<p class="after small">${words.outEverywhereHint}</p>`,
  })
}
