import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { ACCOUNT_ROWS } from '../../../src/core/domain/diagnosis-account.ts'
import { ENVELOPE_ROWS } from '../../../src/core/domain/diagnosis-envelope.ts'
import { diagnoseLetter, TEST_MAIL_WORDS } from '../../../src/core/domain/diagnosis-letter.ts'
import { OWN_ROWS } from '../../../src/core/domain/diagnosis-own.ts'
import { SIGN_IN_ROWS } from '../../../src/core/domain/diagnosis-sign-in.ts'
import { TLS_ROWS } from '../../../src/core/domain/diagnosis-tls.ts'
import { WAY_ROWS } from '../../../src/core/domain/diagnosis-way.ts'
import { LETTER_KINDS } from '../../../src/core/domain/letter.ts'
import type { Happening } from '../../../src/core/domain/outcome.ts'

const ROWS = [...OWN_ROWS, ...WAY_ROWS, ...TLS_ROWS, ...SIGN_IN_ROWS, ...ACCOUNT_ROWS, ...ENVELOPE_ROWS]
/** A test mail brings no link. */
const OF_TEST_MAILS = ROWS.filter(({ kind }) => kind !== 'portal-url')

const refused: Happening = {
  stage: 'rcpt',
  code: 'EENVELOPE',
  originalCode: null,
  replyCode: 550,
  enhancedCode: '5.1.1',
  reply: '550 5.1.1 No such user here',
}

describe('the words of a test mail', () => {
  it.each(OF_TEST_MAILS.map((row) => [row.kind, row] as const))(
    '%s: it is not redone, and has no user',
    (kind, row) => {
      const { title, meaning, advice } = { ...row, ...TEST_MAIL_WORDS.get(kind) }
      expect([title, meaning, advice].join('\n')).not.toMatch(/\bredo|\bthe user\b(?! name)|\buser's/i)
    },
  )

  it('hold as well for what has no row of its own', () => {
    const nameless: Happening = { ...refused, stage: 'letter', code: 'EWHO', replyCode: null, enhancedCode: null }
    expect(diagnose(nameless).advice).toContain('redo')
    expect(diagnoseLetter(nameless, 'test').advice).toBe('Read the log of posternd, then send another test mail.')
  })

  it('stand in for nothing that there is not', () => {
    const kinds = ['other', ...OF_TEST_MAILS.map(({ kind }) => kind)]
    expect([...TEST_MAIL_WORDS.keys()].filter((kind) => !kinds.includes(kind))).toEqual([])
  })

  it.each(LETTER_KINDS)('a 550 tells what to do with a letter of the kind %s', (kind) => {
    const advice = {
      test: 'Correct the address, and send another test mail.',
      other: "Correct the user's address, then redo the letter.",
    }
    expect(diagnoseLetter(refused, kind)).toMatchObject({
      kind: 'no-mailbox',
      title: 'No such mailbox',
      advice: advice[kind === 'test' ? 'test' : 'other'],
    })
  })
})
