import type { LetterVariables, Template } from '../domain/letter.ts'
import { explain, HTML_ENGINE, TEXT_ENGINE } from './engine.ts'
import { carriesSecret, PARTS, type PartName, tryRender } from './render.ts'

export type Checked =
  | { readonly ok: true; readonly template: Template }
  | { readonly ok: false; readonly part: PartName; readonly why: string }

const VARIABLES = ['username', 'name', 'sign_in_url', 'hours', 'sender']
const LINK_VARIABLES = ['minutes', 'reset_url']
const SAMPLE_SECRET = 'abcd-efgh-jkmn-pqrs-tvwx-yz01'
const SAMPLES: readonly LetterVariables[] = [
  {
    username: 'alice',
    name: 'Alice Liddell',
    sign_in_url: 'https://portal.example.org/login',
    hours: 24,
    sender: 'Example',
  },
  { username: 'bob', name: '', sign_in_url: '', hours: 1, sender: '' },
]

const LINK_SAMPLE = { minutes: 60, reset_url: 'https://portal.example.org/reset-password?t=' }

/** A variable that does not exist, also in a branch that no sample takes, or null. */
function unknownVariable(part: PartName, source: string, known: readonly string[]): string | null {
  const engine = part === 'html' ? HTML_ENGINE : TEXT_ENGINE
  return engine.globalVariablesSync(source).find((name) => !known.includes(name)) ?? null
}

/**
 * Parses a template and renders it with sample values before it is used.
 *
 * @returns the template, or the part that is wrong and what is wrong with it: syntax, an unknown tag, filter or
 *   variable, a loop or another file, a result that is too long, an empty subject, a letter without its secret
 */
export function checkTemplate(template: Template): Checked {
  for (const variables of SAMPLES) {
    const given = template.kind === 'reset-link' ? { ...variables, ...LINK_SAMPLE } : variables
    const rendered = tryRender(template, given, SAMPLE_SECRET, true)
    if (!rendered.ok) return rendered
  }
  for (const part of PARTS) {
    const open = template.kind === 'reset-link' ? [...VARIABLES, ...LINK_VARIABLES] : VARIABLES
    const known = part !== 'subject' && carriesSecret(template.kind) ? [...open, 'secret'] : open
    try {
      const unknown = unknownVariable(part, template[part], known)
      if (unknown !== null) return { ok: false, part, why: `undefined variable: ${unknown}` }
    } catch (error) {
      return { ok: false, part, why: explain(error) }
    }
  }
  return { ok: true, template }
}
