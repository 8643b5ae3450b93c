import { html } from 'hono/html'
import type { ErrorStatus } from '../words.ts'
import { type Frame, type Html, page } from './page.ts'

/** What went wrong, and the way back to the page that was asked for. */
export function errorPage(frame: Frame, status: ErrorStatus): Html {
  const { title, text } = frame.words.errors[status]
  return page(frame, {
    title,
    body: html`<p>${text}</p>
<p><a class="action" href="${frame.path}">${frame.path === '/' ? frame.words.home : frame.words.again}</a></p>`,
  })
}

/** A link that does not work: one page for every reason. */
export function deadLinkPage(frame: Frame, forgot: boolean): Html {
  const words = frame.words.dead
  return page(frame, {
    title: words.title,
    body: html`<p>${words.why}</p>
${
  forgot
    ? html`<p><a class="action" href="/forgot-password">${words.newLink}</a></p>`
    : html`<p>${words.askOperator}</p>
<p><a class="action" href="/login">${frame.words.forgot.toSignIn}</a></p>`
}`,
  })
}

/** What a temporary password does not open. */
export function onlyNewPasswordPage(frame: Frame): Html {
  const words = frame.words
  return page(frame, {
    title: words.newPassword.firstTitle,
    body: html`<p>${words.account.onlyNewPassword}</p>
<p><a class="action" href="/change-password">${words.newPassword.firstTitle}</a></p>`,
  })
}
