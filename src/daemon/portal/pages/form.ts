import { html } from 'hono/html'
import type { HintRules } from '../hint/hint.ts'
import type { Words } from '../words.ts'
import type { Html } from './page.ts'

/** The field of every form that says which browser it was made for. */
export const TOKEN_FIELD = 'form'

/** The id of the summary of what is wrong. */
const PROBLEM = 'problem'

/** What is wrong, by the names of the fields; `''` is the form as a whole. */
export type Wrong = Readonly<Record<string, string>>

export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'email' | 'password'
  readonly autocomplete: 'username' | 'email' | 'current-password' | 'new-password'
  readonly value?: string
  readonly hint?: string | null
  readonly wrong?: string | undefined
  /** Takes the focus when the page is opened. */
  readonly first?: boolean
  /** The sentence on top of the page is about this field, among others. */
  readonly toRetype?: boolean
  /** For a new password: what it is judged by, and the words that light up without a script when it is long enough. */
  readonly judged?: HintRules & { readonly longEnough: string }
}

/** A label, what is to be known, what is wrong, and the input; the three are tied to it. */
export function field(field: Field): Html {
  const { name, label, type, autocomplete, value, hint, wrong, first, judged } = field
  const told = [
    ...(field.toRetype === true ? [PROBLEM] : []),
    ...(hint == null ? [] : [`${name}-hint`]),
    ...(wrong === undefined ? [] : [`${name}-wrong`]),
  ]
  return html`<div class="field">
<label for="${name}">${label}</label>
${hint == null ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${wrong === undefined ? '' : html`<p class="wrong" id="${name}-wrong">${wrong}</p>`}
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required
${type === 'password' ? '' : html`autocapitalize="none" spellcheck="false"`}
${value === undefined ? '' : html`value="${value}"`}
${told.length === 0 ? '' : html`aria-describedby="${told.join(' ')}"`}
${wrong === undefined ? '' : html`aria-invalid="true"`}
${judged === undefined ? '' : judgedBy(judged)}
${first === true ? html`autofocus` : ''}>
${judged === undefined ? '' : html`<span class="live" aria-hidden="true">${judged.longEnough}</span>`}
</div>`
}

/** The rules, for password keepers and for the script of the page; a pattern counts code points, as the portal does. */
function judgedBy({ minLength, user, portal }: HintRules): Html {
  return html`minlength="${minLength}" pattern=".{${minLength},}" data-least="${minLength}"
data-username="${user.username}" data-email="${user.email}" data-name="${user.name}" data-portal="${portal}"`
}

export interface FormOf {
  readonly action: string
  readonly token: string
  readonly fields: readonly Html[]
  readonly button: string
  readonly quiet?: boolean
}

/** A form that is judged by the portal alone: the browser's own bubbles are in its language and gone at the next key. */
export function form({ action, token, fields, button, quiet = false }: FormOf): Html {
  return html`<form method="post" action="${action}" novalidate>
<input type="hidden" name="${TOKEN_FIELD}" value="${token}">
${fields}
<button type="submit"${quiet ? html` class="quiet"` : ''}>${button}</button>
</form>`
}

/**
 * The summary of what is wrong, on top of the page, each line leading to its field. It takes the focus, so that a screen
 * reader begins with it and the next key leads to its links; one sentence about the whole form is left to the field that
 * is typed again, which it describes.
 */
export function problem(words: Words, wrong: Wrong): Html | null {
  const entries = Object.entries(wrong)
  if (entries.length === 0) return null
  const [first] = entries
  // One sentence about the whole form needs no list.
  if (entries.length === 1 && first?.[0] === '')
    return html`<div class="problem" role="alert" id="${PROBLEM}"><p>${first[1]}</p></div>`
  const lines = entries.map(
    ([name, text]) => html`<li>${name === '' ? text : html`<a href="#${name}">${text}</a>`}</li>`,
  )
  return html`<div class="problem" role="alert" id="${PROBLEM}" aria-labelledby="${PROBLEM}-title" tabindex="-1" autofocus><h2 id="${PROBLEM}-title">${words.problem}</h2><ul>${lines}</ul></div>`
}
