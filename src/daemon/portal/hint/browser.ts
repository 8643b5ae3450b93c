/**
 * The script of the pages where a new password is chosen: it says what the portal will say of it, while it is typed. What
 * is typed goes nowhere. Without it, or in a browser that is too old for it, the page works as before.
 */
import { parseLocale } from '../../../core/domain/locale.ts'
import { type HintRules, hintFor } from './hint.ts'
import { HINT_WORDS } from './words.ts'

/** What is used of a page: the compiler knows no browser, since nothing else here runs in one. */
interface Element {
  value: string
  textContent: string
  className: string
  readonly dataset: Readonly<Record<string, string | undefined>>
  readonly nextElementSibling: Element | null
  setAttribute(name: string, value: string): void
  replaceWith(element: Element): void
  addEventListener(event: 'input', listener: () => void): void
}
declare const document: {
  readonly documentElement: { readonly lang: string }
  getElementById(id: string): Element | null
  createElement(name: string): Element
}

/** So long after the last key it is looked: a screen reader is not interrupted at every letter. */
const PAUSE = 250

let common: ReadonlyMap<string, number> | null = null
let loading: Promise<void> | null = null

/** Asks for the list when the first letter is typed: whoever only looks at the page need not wait for it. */
function loadCommon(): Promise<void> {
  loading ??= import('common-passwords').then(
    ({ default: list }) => {
      common = new Map(list.split('\n').map((password, at) => [password, at + 1]))
    },
    // Without it the length alone is told.
    () => {},
  )
  return loading
}

function rulesOf({ least, username = '', email = '', name = '', portal = '' }: Element['dataset']): HintRules {
  return { minLength: Number(least), user: { username, email, name }, portal }
}

function watch(field: Element): void {
  const { lang } = document.documentElement
  const words = HINT_WORDS[parseLocale(lang) ?? 'en']
  const rules = rulesOf(field.dataset)
  const present = document.getElementById('present')
  const said = document.createElement('p')
  said.setAttribute('role', 'status')
  said.className = 'said'
  field.nextElementSibling?.replaceWith(said)

  const look = () => {
    const { text, strength } = hintFor({ password: field.value, present: present?.value ?? '' }, rules, common, words)
    said.className = `said ${strength ?? ''}`
    // The same words again would be read out again.
    if (said.textContent !== text) said.textContent = text
  }
  let waiting: ReturnType<typeof setTimeout> | undefined
  const typed = () => {
    clearTimeout(waiting)
    waiting = setTimeout(look, PAUSE)
    if (field.value !== '') void loadCommon().then(look)
  }
  for (const input of [field, present]) input?.addEventListener('input', typed)
  // A browser may have filled the field in by itself, as after "back".
  typed()
}

const field = document.getElementById('password')
if (field !== null && 'isWellFormed' in String.prototype) watch(field)
