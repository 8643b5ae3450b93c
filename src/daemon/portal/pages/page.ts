import { html, raw } from 'hono/html'
import { LOCALES } from '../../../core/domain/locale.ts'
import { LANGUAGE_NAMES } from '../language.ts'
import type { Words } from '../words.ts'

/** HTML whose every value was escaped. */
export type Html = ReturnType<typeof html>

/** What every page needs to know of its visitor. */
export interface Frame {
  readonly words: Words
  /** SERVICE_PORTAL_NAME. */
  readonly portal: string
  /** The page's own path, of the portal's fixed ones: where the switch of languages leads. */
  readonly path: string
}

export interface Page {
  readonly title: string
  /** What was done a moment ago, said on top. */
  readonly notice?: Html | string | null
  /** What is wrong with the form, said on top. */
  readonly problem?: Html | null
  /** The hint while a new password is typed; the page works without. */
  readonly script?: boolean
  readonly body: Html
}

/** A gate with an open door: the portal's mark. */
const MARK = html`<svg viewBox="0 0 28 28" aria-hidden="true" focusable="false"><path fill="currentColor" d="M3 25V5h3v2h3V5h3v2h4V5h3v2h3V5h3v20h-6v-8a5 5 0 0 0-10 0v8z"/><circle cx="14" cy="19.5" r="1.6" fill="currentColor"/></svg>`

/** Not in a template: a bundler takes the end of a script there for the end of its own. */
const HINT = raw('<script type="module" src="/hint.js"></script>')

/** A whole page. Its title says first what the page is, after an error that there is one. */
export function page(
  { words, portal, path }: Frame,
  { title, notice = null, problem = null, script = false, body }: Page,
): Html {
  const failed = problem === null ? '' : `${words.failed}: `
  return html`<!doctype html>
<html lang="${words.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${failed}${title} – ${portal}</title>
<link rel="stylesheet" href="/style.css">
${script ? HINT : ''}
</head>
<body>
<header>
<a class="mark" href="/">${MARK}<span>${portal}</span></a>
${languages(words, path)}
</header>
<main>
${notice === null ? '' : html`<div class="notice" role="status" aria-live="polite"><p>${notice}</p></div>`}
${problem ?? ''}
<h1>${title}</h1>
${body}
</main>
</body>
</html>`
}

function languages(words: Words, path: string): Html {
  const items = LOCALES.map((locale) => {
    const name = LANGUAGE_NAMES[locale]
    return locale === words.locale
      ? html`<li><span lang="${locale}" aria-current="true">${name}</span></li>`
      : html`<li><a href="${path}?lang=${locale}" lang="${locale}" hreflang="${locale}">${name}</a></li>`
  })
  return html`<nav aria-label="${words.languages}"><ul>${items}</ul></nav>`
}
