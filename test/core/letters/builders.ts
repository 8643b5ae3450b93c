import PostalMime, { type Email } from 'postal-mime'
import type { FrozenLetter, LetterKind, LetterVariables, Template } from '../../../src/core/domain/letter.ts'
import type { Locale } from '../../../src/core/domain/locale.ts'
import { builtinTemplate, makeTemplate } from '../../../src/core/letters/templates.ts'

export const SECRET = 'abcd-efgh-jkmn-pqrs-tvwx-yz01'

export function someVariables(changes: Partial<LetterVariables> = {}): LetterVariables {
  return {
    username: 'alice',
    name: 'Alice Liddell',
    sign_in_url: 'https://portal.example.org/login',
    hours: 24,
    sender: 'Example',
    ...changes,
  }
}

/** What a letter with a link says besides. */
export const LINK = { minutes: 60, reset_url: 'https://portal.example.org/reset-password?t=' }

export function aFrozenLetter(changes: Partial<FrozenLetter> = {}): FrozenLetter {
  return {
    template: builtinTemplate('reset-password', 'en').hash,
    variables: someVariables(),
    from: { name: 'Example', address: 'accounts@example.org' },
    to: { name: 'Alice Liddell', address: 'alice@example.net' },
    replyTo: null,
    messageId: '0123456789abcdef.1@example.org',
    date: Date.UTC(2026, 10, 21, 20, 35, 7),
    boundary: 'Zm9vYmFyYmF6cXV4',
    fallback: null,
    ...changes,
  }
}

/** The built-in template with some of its parts written anew. */
export function anOverride(
  parts: Partial<Pick<Template, 'subject' | 'text' | 'html'>>,
  kind: LetterKind = 'reset-password',
  locale: Locale = 'en',
): Template {
  return makeTemplate(kind, locale, { ...builtinTemplate(kind, locale), ...parts })
}

/**
 * A letter as postal-mime reads it, its bodies with the line breaks that templates have (MIME's own are CRLF).
 * To a body that is not base64 postal-mime adds the line break that belongs to the boundary (RFC 2046, section 5.1.1).
 */
export async function readBack(bytes: Buffer): Promise<Email & { text: string; html: string }> {
  const email = await PostalMime.parse(bytes)
  const [ofText, ofHtml] = [...bytes.toString().matchAll(/^Content-Transfer-Encoding: (\S+)/gm)].map(
    (match) => match[1],
  )
  const asWritten = (body: string | undefined, encoding: string | undefined) => {
    const lines = (body ?? '').replaceAll('\r\n', '\n')
    return encoding === 'base64' ? lines : lines.replace(/\n$/, '')
  }
  return { ...email, text: asWritten(email.text, ofText), html: asWritten(email.html, ofHtml) }
}

/** The headers of a letter, as text. */
export const headersOf = (bytes: Buffer): string => bytes.toString('utf8').split('\r\n\r\n', 1)[0] ?? ''
