import type { Instant } from '../../../core/domain/time.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert, inertLines } from '../../../core/text/inert.ts'
import type { InboxLetter } from '../../inbox.ts'
import { BLANK, fact, type Line, line, type Span } from '../../line.ts'

/** A letter as its reader's mail program would show it: this is their inbox, so what they get in with can be read. */
export function letterLines({ at, headers, text, secret }: InboxLetter, now: Instant): readonly Line[] {
  return [
    ...headers.map(([name, value]) => fact(name, value, name === 'Subject' ? { bold: true } : {})),
    fact('Caught', humanTime(at, now)),
    ...(secret === null ? [] : [fact(SECRET_NAMES[secret.kind], secret.text, { bold: true })]),
    BLANK,
    ...inertLines(text.trimEnd(), 1000).map((each) => emphasized(each, secret)),
  ]
}

const SECRET_NAMES = { 'temporary password': 'Password', link: 'Link' } as const

/** A line of the letter, with what its reader gets in with in bold. */
function emphasized(text: string, secret: InboxLetter['secret']): Line {
  if (text === '') return BLANK
  const at = secret === null ? -1 : text.indexOf(secret.text)
  if (secret === null || at < 0) return line(text, {}, 1000)
  const spans: readonly Span[] = [
    { text: inert(text.slice(0, at), 1000) },
    { text: inert(secret.text, 1000), bold: true },
    { text: inert(text.slice(at + secret.text.length), 1000) },
  ]
  return spans.filter((span) => span.text !== '')
}
