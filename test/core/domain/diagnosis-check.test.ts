import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { ACCOUNT_ROWS } from '../../../src/core/domain/diagnosis-account.ts'
import { CHECK_WORDS, diagnoseCheck } from '../../../src/core/domain/diagnosis-check.ts'
import { ENVELOPE_ROWS } from '../../../src/core/domain/diagnosis-envelope.ts'
import { OWN_ROWS } from '../../../src/core/domain/diagnosis-own.ts'
import type { Row } from '../../../src/core/domain/diagnosis-row.ts'
import { SIGN_IN_ROWS } from '../../../src/core/domain/diagnosis-sign-in.ts'
import { TLS_ROWS } from '../../../src/core/domain/diagnosis-tls.ts'
import { WAY_ROWS } from '../../../src/core/domain/diagnosis-way.ts'
import type { Happening, Stage } from '../../../src/core/domain/outcome.ts'

const ROWS = [...OWN_ROWS, ...WAY_ROWS, ...TLS_ROWS, ...SIGN_IN_ROWS, ...ACCOUNT_ROWS, ...ENVELOPE_ROWS]
/** What only happens to letters. */
const OF_LETTERS = ['crashed', 'too-old', 'cancelled', 'portal-url', 'template', 'no-answer']
const BEYOND_CHECKS: readonly Stage[] = ['data', 'dot']

const happensInChecks = ({ kind, when }: Row): boolean =>
  !OF_LETTERS.includes(kind) &&
  when.some(({ stages }) => stages === undefined || stages.some((stage) => !BEYOND_CHECKS.includes(stage)))

const FOR_CHECKS = ROWS.filter(happensInChecks)

describe('the words of a check', () => {
  it.each(FOR_CHECKS.map((row) => [row.kind, row] as const))(
    '%s: no letter was sent, nobody tries again',
    (kind, row) => {
      const { title, meaning, advice } = { ...row, ...CHECK_WORDS.get(kind) }
      const words = [title, meaning, advice].join('\n').replaceAll('letters are tried again by themselves', '')
      expect(words).not.toMatch(/\bredo|(tried|sent) again|\b(the|this) letter\b|\bthe user\b(?! name)|\buser's/i)
    },
  )

  it('stand in for nothing but what happens in a check', () => {
    const kinds = FOR_CHECKS.map(({ kind }) => kind)
    expect([...CHECK_WORDS.keys()].filter((kind) => !kinds.includes(kind))).toEqual([])
    expect(FOR_CHECKS.length).toBeGreaterThan(60)
  })

  it('are the table’s in all that mends', () => {
    const greylisted: Happening = {
      stage: 'rcpt',
      code: 'EENVELOPE',
      originalCode: null,
      replyCode: 450,
      enhancedCode: '4.2.0',
      reply: '450 4.2.0 Greylisted',
    }
    expect(diagnoseCheck(greylisted)).toMatchObject({
      kind: 'put-off',
      title: diagnose(greylisted).title,
      advice: 'Wait some minutes, then check again; letters are tried again by themselves.',
    })
  })
})
