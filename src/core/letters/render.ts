import { secretOf } from '../domain/credential.ts'
import type { LetterKind, LetterVariables, Template } from '../domain/letter.ts'
import type { Body } from './body.ts'
import { explain, explainWithoutValues, HTML_ENGINE, TEXT_ENGINE } from './engine.ts'
import { clip, inertLine } from './inert.ts'
import { compilePart, type Part, type PartBody, type PartValues } from './part.ts'
import { builtinTemplate } from './templates.ts'

/** Stands for the secret wherever a letter is shown instead of sent. */
export const SECRET_HIDDEN = '[secret hidden]'
/** Longest subject, in characters. */
const SUBJECT_LENGTH = 200
/** Compiled templates kept in memory: every built-in one and the operators', in a few versions each. */
const COMPILED_LIMIT = 32

export const PARTS = ['subject', 'text', 'html'] as const
export type PartName = (typeof PARTS)[number]

/** A letter whose text and HTML are text, or bodies of a message. */
interface Made<Content> {
  /** One line, at most 200 characters. */
  readonly subject: string
  readonly text: Content
  readonly html: Content
  /** Why the built-in template was rendered instead of the one asked for, in one sentence; else null. */
  readonly fallback: string | null
}

export type Rendered = Made<string>
export type Encoded = Made<Body>

type Attempted<Content> =
  | { readonly ok: true; readonly letter: Made<Content> }
  | { readonly ok: false; readonly part: PartName; readonly why: string }

/** What a part is made into, and how to see what that shows. */
interface Manner<Content> {
  readonly make: (part: Part, values: PartValues) => Content
  readonly shows: (made: Content, words: string) => boolean
}

const AS_TEXT: Manner<string> = {
  make: (part, values) => part.text(values),
  shows: (text, words) => text.includes(words),
}
const AS_BODY: Manner<PartBody> = {
  make: (part, values) => part.body(values),
  shows: (body, words) => body.shows(words),
}

type Compiled =
  | { readonly ok: true; readonly parts: Readonly<Record<PartName, Part>> }
  | { readonly ok: false; readonly part: PartName; readonly why: string }

/** Whether letters of a kind carry a secret. */
export const carriesSecret = (kind: LetterKind): boolean => secretOf(kind) !== null

const compiled = new Map<string, Compiled>()

function compile(template: Template): Compiled {
  let part: PartName = 'subject'
  try {
    const subject = compilePart(TEXT_ENGINE, template.subject, false)
    part = 'text'
    const text = compilePart(TEXT_ENGINE, template.text, false)
    part = 'html'
    const html = compilePart(HTML_ENGINE, template.html, true)
    return { ok: true, parts: { subject, text, html } }
  } catch (error) {
    return { ok: false, part, why: explain(error) }
  }
}

function compiledOnce(template: Template): Compiled {
  const known = compiled.get(template.hash)
  if (known !== undefined) return known
  const [oldest] = compiled.keys()
  if (compiled.size >= COMPILED_LIMIT && oldest !== undefined) compiled.delete(oldest)
  const made = compile(template)
  compiled.set(template.hash, made)
  return made
}

/** Variables as a letter may show them: each on one line and inert; someone without a name is addressed by username. */
function inertVariables(variables: LetterVariables): LetterVariables {
  const username = inertLine(variables.username)
  const name = inertLine(variables.name)
  return {
    ...(variables.minutes === undefined ? {} : { minutes: variables.minutes }),
    ...(variables.reset_url === undefined ? {} : { reset_url: inertLine(variables.reset_url) }),
    username,
    name: name === '' ? username : name,
    sign_in_url: inertLine(variables.sign_in_url),
    hours: variables.hours,
    sender: inertLine(variables.sender),
  }
}

/** A subject is one line: white space collapsed, nothing invisible, at most 200 characters. */
function subjectLine(subject: string): string {
  return clip(inertLine(subject).replace(/\s+/g, ' ').trim(), SUBJECT_LENGTH)
}

/**
 * Renders a template, or says which part of it could not be rendered and why. `sample` allows the reason to quote
 * values.
 */
export function tryRender(
  template: Template,
  variables: LetterVariables,
  secret: string,
  sample: boolean,
): Attempted<string> {
  return attempt(template, variables, secret, sample, AS_TEXT)
}

/** A subject never sees the secret: mail servers log subjects and phones show them on locked screens. */
function attempt<Content>(
  template: Template,
  variables: LetterVariables,
  secret: string,
  sample: boolean,
  { make, shows }: Manner<Content>,
): Attempted<Content> {
  const made = compiledOnce(template)
  if (!made.ok) return made
  const { parts } = made
  const open = inertVariables(variables)
  const values = carriesSecret(template.kind) ? { ...open, secret } : open
  let part: PartName = 'subject'
  try {
    const subject = subjectLine(parts.subject.text(open))
    if (subject === '') return { ok: false, part, why: 'the subject is empty' }
    part = 'text'
    const text = make(parts.text, values)
    const needed = neededIn(template.kind, open, secret)
    if (needed !== null && !shows(text, needed.text)) return { ok: false, part, why: `it does not show ${needed.name}` }
    part = 'html'
    const html = make(parts.html, values)
    if (needed !== null && !shows(html, needed.text)) return { ok: false, part, why: `it does not show ${needed.name}` }
    return { ok: true, letter: { subject, text, html, fallback: null } }
  } catch (error) {
    return { ok: false, part, why: sample ? explain(error) : explainWithoutValues(error) }
  }
}

/** What a letter of a kind is nothing without: its secret, the whole link, or nothing in particular. */
function neededIn(kind: LetterKind, { reset_url: before = '' }: LetterVariables, secret: string) {
  switch (secretOf(kind)) {
    case 'temporary':
      return { name: '{{ secret }}', text: secret }
    case 'link':
      // Both are written in HTML as they are: an origin, a path and a token have nothing that is escaped.
      return { name: '{{ reset_url }}{{ secret }}', text: `${before}${secret}` }
    case null:
      return null
  }
}

/**
 * Renders a letter; the same input gives the same output.
 *
 * @param secret the temporary password or the link's token, or {@link SECRET_HIDDEN} to show the letter; letters of the kinds without a
 *   secret ignore it. It is put into HTML escaped, hence must not contain `& < > " '`.
 * @returns subject, plain text and HTML. When an operator's template fails for these variables, the built-in letter of
 *   its kind and locale, with the reason in `fallback`.
 * @throws only if a built-in template is broken
 */
export function renderLetter(template: Template, variables: LetterVariables, secret: string): Rendered {
  return made(template, variables, secret, AS_TEXT)
}

/** The same letter with its text and HTML as the bodies of a message: what a plain one has in it is not looked at again. */
export function encodeLetter(template: Template, variables: LetterVariables, secret: string): Encoded {
  return made(template, variables, secret, AS_BODY)
}

function made<Content>(
  template: Template,
  variables: LetterVariables,
  secret: string,
  manner: Manner<Content>,
): Made<Content> {
  const asked = attempt(template, variables, secret, false, manner)
  if (asked.ok) return asked.letter
  const instead = attempt(builtinTemplate(template.kind, template.locale), variables, secret, false, manner)
  if (!instead.ok) throw new Error(`the built-in ${instead.part} of "${template.kind}" is broken: ${instead.why}`)
  const { kind, locale } = template
  return {
    ...instead.letter,
    fallback: `The built-in letter stands in for the ${asked.part} template of ${kind} (${locale}): ${asked.why}.`,
  }
}
