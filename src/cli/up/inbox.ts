import type { Inbox, InboxLetter } from '../../tui/inbox.ts'
import type { Catcher, Caught } from './catcher.ts'
import { linkIn, readLetter, temporaryPasswordIn } from './letter.ts'

/** What a mail catcher holds, as the console's page of it shows it. */
export function inboxOf({ letters }: Pick<Catcher, 'letters'>): Inbox {
  /** By its place; what was caught never changes. */
  const read: Promise<InboxLetter>[] = []
  return {
    letters: async () => {
      for (const caught of letters.slice(read.length)) read.push(asLetter(caught, String(read.length)))
      return (await Promise.all(read)).toReversed()
    },
  }
}

async function asLetter({ at, from: envelope, to: recipients, message }: Caught, id: string): Promise<InboxLetter> {
  const { from, to, subject, date, text } = await readLetter(message)
  const headers = [
    ['From', from === '' ? envelope : from],
    ['To', to === '' ? recipients.join(', ') : to],
    ['Subject', subject],
    ['Date', date],
  ] as const
  return {
    id,
    at,
    to: to === '' ? recipients.join(', ') : to,
    subject,
    headers: headers.filter(([, value]) => value !== ''),
    text: text.replaceAll('\r\n', '\n'),
    secret: secretIn(text),
  }
}

function secretIn(text: string): InboxLetter['secret'] {
  const password = temporaryPasswordIn(text)
  if (password !== null) return { kind: 'temporary password', text: password }
  const link = linkIn(text)
  return link === null ? null : { kind: 'link', text: link }
}
