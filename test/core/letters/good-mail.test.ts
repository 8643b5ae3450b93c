import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LETTER_KINDS, type LetterKind } from '../../../src/core/domain/letter.ts'
import { LOCALES, type Locale } from '../../../src/core/domain/locale.ts'
import { composeLetter } from '../../../src/core/letters/compose.ts'
import { renderLetter } from '../../../src/core/letters/render.ts'
import { builtinTemplate } from '../../../src/core/letters/templates.ts'
import { needs } from '../../support/needs.ts'
import { aFrozenLetter, headersOf, LINK, readBack, SECRET, someVariables } from './builders.ts'

/** Names as people have them, and as people try them. */
const NAMES = [
  'Alice Liddell',
  '王小明',
  'Zoë “Z” O’Neil, Dr.; <b>(x)</b> & Söhne',
  'name\r\nBcc: evil@example.org\r\n\r\n<img src=http://evil.example/x.png>',
  '{{ secret }} {% include "/etc/passwd" %}',
  '😀'.repeat(40),
  'مرحبا\u202e\u200b',
]
const SENDERS = ['Example', '範例公司', 'Bücher & Söhne "GmbH" <x>']

interface Made {
  readonly what: string
  readonly kind: LetterKind
  readonly locale: Locale
  readonly name: string
  readonly bytes: Buffer
}

function compose(kind: LetterKind, locale: Locale, name: string, sender: string): Made {
  const variables = someVariables({ name, username: 'alice', sender, ...(kind === 'reset-link' ? LINK : {}) })
  const letter = aFrozenLetter({
    template: builtinTemplate(kind, locale).hash,
    variables,
    from: { name: sender, address: 'accounts@example.org' },
    to: { name, address: 'alice@example.net' },
    messageId: '7f3kq2m9xw4d8h1t.1@example.org',
  })
  const bytes = composeLetter(letter, renderLetter(builtinTemplate(kind, locale), variables, SECRET))
  return { what: `${kind}, ${locale}, for ${JSON.stringify(name)} from ${sender}`, kind, locale, name, bytes }
}

const everyLetter = () =>
  LETTER_KINDS.flatMap((kind) =>
    LOCALES.flatMap((locale) =>
      NAMES.map((name, index) => compose(kind, locale, name, SENDERS[index % SENDERS.length] ?? '')),
    ),
  )
const ALL = everyLetter()

describe('every built-in letter is good mail', () => {
  it.each(ALL)('$what', async ({ kind, locale, bytes }) => {
    const email = await readBack(bytes)
    const headers = headersOf(bytes)
      .replace(/\r\n[ \t]/g, ' ')
      .split('\r\n')
    // RFC 5322, section 3.6: each of these at most once, and here exactly once; and nothing that tracks or is of lists.
    expect(headers.map((header) => header.split(':', 1)[0])).toEqual([
      'From',
      'To',
      'Subject',
      'Date',
      'Message-ID',
      'Auto-Submitted',
      'MIME-Version',
      'Content-Type',
    ])
    expect(email.from?.address).toBe('accounts@example.org')
    expect(email.to?.map(({ address }) => address)).toEqual(['alice@example.net'])
    expect(email.date).toBe('2026-11-21T20:35:07.000Z')
    expect(email.messageId).toBe('<7f3kq2m9xw4d8h1t.1@example.org>')
    expect(headers).toContain('Auto-Submitted: auto-generated')

    // Text first (RFC 2046, section 5.1.4: the plainest is first), and nothing besides the two.
    const types = [...bytes.toString().matchAll(/^Content-Type: (text\/[a-z]+)/gm)].map(([, type]) => type)
    expect(types).toEqual(['text/plain', 'text/html'])
    expect(email.attachments).toEqual([])

    // Nothing is fetched, and no link leads anywhere but where the reader is to go.
    const { html, text } = email
    expect(html).not.toMatch(
      /<(?:img|link|script|iframe|style|object|video|audio|form|base)\b|<[^>]*(?:\ssrc|srcset|url\(|@import)/i,
    )
    const wanted = {
      'reset-password': ['https://portal.example.org/login'],
      'reset-link': [`${LINK.reset_url}${SECRET}`],
      'password-changed': [],
      test: [],
    }[kind]
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link)
    expect(new Set(links)).toEqual(new Set(wanted))
    expect(new Set(text.match(/https?:\/\/(?!evil\.example)\S+/g) ?? [])).toEqual(new Set(wanted))

    // In the reader's language.
    expect(html).toContain(`<html lang="${locale}">`)
    const own = `${email.subject}${text}`.replace(/王小明|範例公司/g, '')
    expect(/\p{Script=Han}/u.test(own)).toBe(locale === 'zh-TW')
  })

  it('is the same bytes when it is composed again', () => {
    const text = ({ bytes }: Made) => bytes.toString('latin1')
    expect(everyLetter().map(text)).toEqual(ALL.map(text))
  })
})

/**
 * A letter as it lies at its receiver's, who asks what it is worth. SpamAssassin takes the addresses that are kept for
 * examples (RFC 5737) for forged ones.
 */
const asReceived = ({ bytes }: Made, number: number) =>
  [
    'From accounts@example.org Sat Nov 21 20:35:08 2026',
    'Return-Path: <accounts@example.org>',
    'Received: from mail.example.org (mail.example.org [8.8.8.8])',
    `\tby mx.example.net with ESMTPS id letter${number} for <alice@example.net>;`,
    '\tSat, 21 Nov 2026 20:35:08 +0000',
    bytes
      .toString('utf8')
      .replaceAll('\r\n', '\n')
      .replace(/^(>*From )/gm, (line, from: string, at: number) => (at === 0 ? line : `>${from}`)),
    '',
  ].join('\n')

needs('spamassassin').describe('SpamAssassin', () => {
  /** What it makes of letters, by their numbers: the score and the rules. */
  function judge(letters: readonly string[]): ReadonlyMap<number, { readonly score: number; readonly rules: string }> {
    const home = mkdtempSync(join(tmpdir(), 'postern-spam-'))
    try {
      const box = join(home, 'box')
      writeFileSync(box, letters.join('\n'))
      const flags = ['--local', '--test-mode', '--nocreate-prefs', '--mbox', box]
      const { stdout, stderr, status } = spawnSync('spamassassin', flags, {
        encoding: 'utf8',
        env: { ...process.env, HOME: home },
        maxBuffer: 2 ** 26,
      })
      if (status !== 0) throw new Error(`spamassassin: ${stderr}`)
      const judged = stdout.split(/^From .*\n/m).map((letter) => {
        const headers = letter.replace(/\n[ \t]+/g, ' ')
        const number = /\bid letter(\d+) /.exec(headers)?.[1]
        const [, score, rules = ''] =
          /^X-Spam-Status: \w+, score=(-?[0-9.]+) .*?tests=(.*?) autolearn/m.exec(headers) ?? []
        return [Number(number), { score: Number(score), rules }] as const
      })
      return new Map(judged.filter(([number]) => !Number.isNaN(number)))
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  }

  it('gives each letter less than one point, and would know spam', () => {
    // SpamAssassin's own sample of what it must know.
    const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
    const [some] = ALL
    if (some === undefined) throw new Error('there are no letters')
    const spam = { ...some, bytes: Buffer.from(`From: x@example.com\r\nSubject: x\r\n\r\n${gtube}\r\n`) }
    const judged = judge([...ALL, spam].map(asReceived))
    expect(judged.size).toBe(ALL.length + 1)
    const told = ALL.map(({ what }, number) => {
      const { score = Number.NaN, rules = '' } = judged.get(number) ?? {}
      return { good: score < 1, told: `${score} ${rules}: ${what}` }
    })
    expect(told.filter(({ good }) => !good)).toEqual([])
    expect(judged.get(ALL.length)?.score).toBeGreaterThan(100)
  }, 300_000)
})
