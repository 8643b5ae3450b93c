import { diagnose } from './diagnosis.ts'
import type { Diagnosis } from './diagnosis-row.ts'
import type { LetterKind } from './letter.ts'
import type { Happening } from './outcome.ts'

type Words = Partial<Pick<Diagnosis, 'meaning' | 'advice'>>

/**
 * What is said of a test mail in place of the table's words, by kind: the table speaks of a letter that is redone, and of
 * its user. A test mail has no user, and whoever wants to know more sends another one.
 */
export const TEST_MAIL_WORDS: ReadonlyMap<string, Words> = new Map([
  ['too-old', { advice: 'Mend what held it up (its earlier attempts say what), then send another test mail.' }],
  ['cancelled', { advice: 'Send another test mail if one is wanted after all.' }],
  ['setting', { advice: 'Set what the text of the error names, then send another test mail.' }],
  ['no-smtputf8', { advice: 'Send another test mail to an ASCII address, or use a mail server that offers SMTPUTF8.' }],
  ['address', { advice: 'Send another test mail, to one valid address.' }],
  ['template', { advice: 'Correct the template, then send another test mail.' }],
  ['too-large', { advice: 'Make the template smaller, then send another test mail.' }],
  [
    'mailbox-full',
    {
      meaning: 'The mailbox of that address takes no more letters.',
      advice: 'Send another test mail to another address; this one is tried again.',
    },
  ],
  [
    'mailbox-disabled',
    {
      meaning: 'The mailbox of that address exists but takes no letters.',
      advice: 'Send another test mail to another address.',
    },
  ],
  [
    'no-mailbox',
    {
      meaning: 'The server says that the address does not exist.',
      advice: 'Correct the address, and send another test mail.',
    },
  ],
  [
    'policy',
    {
      advice: 'Read the reply, which often links to the reason, and ask the provider; then send another test mail.',
    },
  ],
  [
    'recipient-refused',
    {
      meaning: 'The server does not take letters for that address.',
      advice: 'Read the reply; send another test mail to another address, or ask the provider.',
    },
  ],
  ['letter-refused', { advice: 'Read the reply and ask the provider, then send another test mail.' }],
  ['other', { advice: 'Read the log of posternd, then send another test mail.' }],
])

/** What ended an attempt, in words that fit its kind of letter. Total, as `diagnose` is. */
export function diagnoseLetter(happening: Happening, kind: LetterKind): Diagnosis {
  const diagnosis = diagnose(happening)
  return kind === 'test' ? { ...diagnosis, ...TEST_MAIL_WORDS.get(diagnosis.kind) } : diagnosis
}
