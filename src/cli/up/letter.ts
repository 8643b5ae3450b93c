import PostalMime, { type Address } from 'postal-mime'
import { mailboxWords } from '../../core/text/mailbox.ts'

/** A letter as its reader sees it. */
export interface ReadLetter {
  /** `name <address>`, or the address alone. */
  readonly from: string
  readonly to: string
  readonly subject: string
  /** As its header has it. */
  readonly date: string
  /** The part in plain text. */
  readonly text: string
}

/** Six groups of four Crockford base-32 symbols. */
const TEMPORARY_PASSWORD = /\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){5}\b/

/** Parses a letter's bytes (RFC 5322, MIME); what is missing in it is empty. */
export async function readLetter(message: Uint8Array): Promise<ReadLetter> {
  const { from, to, subject, headers, text } = await PostalMime.parse(message)
  const date = headers.find(({ key }) => key === 'date')?.value ?? ''
  return {
    from: mailbox(from),
    to: (to ?? []).map(mailbox).join(', '),
    subject: subject ?? '',
    date,
    text: text ?? '',
  }
}

function mailbox(given: Address | undefined): string {
  const { name = '', address = '' } = given ?? {}
  return mailboxWords({ name, address })
}

/** An address whose query is a token. */
const LINK = /https?:\/\/[^\s<>"]+\?t=[\w.~-]+/

/** The link in a letter's text with which its reader chooses a new password, or null. */
export function linkIn(text: string): string | null {
  return LINK.exec(text)?.[0] ?? null
}

/** The temporary password that stands in a letter's text, or null. */
export function temporaryPasswordIn(text: string): string | null {
  return TEMPORARY_PASSWORD.exec(text)?.[0] ?? null
}
