import { html } from 'hono/html'
import { field, form, problem, type Wrong } from './form.ts'
import { type Frame, type Html, page } from './page.ts'

export interface SignInPage {
  readonly token: string
  readonly name?: string
  readonly notice?: string | null
  readonly wrong?: Wrong
  /** Whether links can be asked for. */
  readonly forgot: boolean
}

export function signInPage(frame: Frame, { token, name = '', notice = null, wrong = {}, forgot }: SignInPage): Html {
  const words = frame.words.signIn
  // A list of what is wrong takes the focus itself.
  const listed = wrong.name !== undefined || wrong.password !== undefined
  const begin = listed ? null : name === '' ? 'name' : 'password'
  const toRetype = wrong[''] !== undefined
  return page(frame, {
    title: words.title,
    notice,
    problem: problem(frame.words, wrong),
    body: html`${form({
      action: '/login',
      token,
      button: words.button,
      fields: [
        field({
          name: 'name',
          label: words.name,
          type: 'text',
          autocomplete: 'username',
          value: name,
          wrong: wrong.name,
          first: begin === 'name',
          toRetype: toRetype && begin === 'name',
        }),
        field({
          name: 'password',
          label: words.password,
          type: 'password',
          autocomplete: 'current-password',
          wrong: wrong.password,
          first: begin === 'password',
          toRetype: toRetype && begin === 'password',
        }),
      ],
    })}
${forgot ? html`<p class="after"><a href="/forgot-password">${words.forgot}</a></p>` : ''}`,
  })
}
