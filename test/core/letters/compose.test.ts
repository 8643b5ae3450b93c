import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import { describe, expect, it } from 'vitest'
import { encodeBody } from '../../../src/core/letters/body.ts'
import { composeLetter, composeMessage } from '../../../src/core/letters/compose.ts'
import { inertLine } from '../../../src/core/letters/inert.ts'
import { messageOf } from '../../../src/core/letters/message.ts'
import { renderLetter } from '../../../src/core/letters/render.ts'
import { builtinTemplate } from '../../../src/core/letters/templates.ts'
import { aFrozenLetter, headersOf, readBack, SECRET, someVariables } from './builders.ts'

const rendered = { subject: 'Hello', text: 'Hello,\n\nthis is text.\n', html: '<p>Hello</p>\n' }

/** Names and subjects as programs hand them on: no white space at the ends, which headers do not keep. */
const oneLine = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 150, size: 'max' }),
    fc.string({ unit: 'grapheme', maxLength: 150, size: 'max' }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 150, size: 'max' }),
    fc.constantFrom(
      '王小明',
      'Liddell, Alice',
      'a@b.example',
      '"Q"',
      "O'Neil \\ <x@y.example>",
      '=?utf-8?q?x?=',
      'a;b:c',
      '😀'.repeat(60),
    ),
  )
  .map((text) => inertLine(text).trim())
const body = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100, size: 'max' }),
      fc.constantFrom('\n', '.', '\n.\n', '\nFrom ', '--=_', ' \n', '密碼', 'x'.repeat(1200)),
    ),
    { maxLength: 20, size: 'max' },
  )
  .map((pieces) =>
    pieces
      .join('')
      .toWellFormed()
      .replace(/\r\n|\r/g, '\n')
      .replaceAll('\ufeff', ''),
  )

describe('a composed letter', () => {
  it('is read back by another program exactly as it was put in', async () => {
    await fc.assert(
      fc.asyncProperty(oneLine, oneLine, oneLine, body, body, async (subject, fromName, toName, text, html) => {
        const letter = aFrozenLetter({
          from: { name: fromName, address: 'accounts@example.org' },
          to: { name: toName, address: 'alice@example.net' },
          replyTo: 'help@example.org',
        })
        const read = await readBack(composeLetter(letter, { subject, text, html }))
        expect(read.subject ?? '').toBe(subject)
        expect(read.from).toEqual({ name: fromName, address: 'accounts@example.org' })
        expect(read.to).toEqual([{ name: toName, address: 'alice@example.net' }])
        expect(read.replyTo).toEqual([{ name: '', address: 'help@example.org' }])
        expect(read.text).toBe(text)
        expect(read.html).toBe(html)
        expect(read.attachments).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it.each(['en', 'zh-TW'] as const)('says the same as one that nodemailer composes (%s)', async (locale) => {
    const variables = someVariables({ name: 'Zoë “Z” 王, Dr.', sender: 'Bücher & Söhne' })
    const letter = aFrozenLetter({
      from: { name: 'Bücher & Söhne', address: 'konto@xn--bcher-kva.example' },
      to: { name: 'Zoë “Z” 王, Dr.', address: 'zoe@example.net' },
      replyTo: 'help@example.org',
    })
    const { subject, text, html } = renderLetter(builtinTemplate('reset-password', locale), variables, SECRET)
    const ours = await readBack(composeLetter(letter, { subject, text, html }))
    const { from, to, messageId, date } = letter
    const theirs = await readBack(
      await new MailComposer({
        from,
        to,
        replyTo: 'help@example.org',
        messageId,
        date: new Date(date),
        subject,
        text,
        html,
      })
        .compile()
        .build(),
    )
    for (const field of ['subject', 'from', 'to', 'replyTo', 'messageId', 'date'] as const) {
      expect(ours[field]).toEqual(theirs[field])
    }
    expect(ours.text).toBe(theirs.text)
    expect(ours.html).toBe(theirs.html)
  })

  it('is the very same bytes each time', () => {
    const letter = aFrozenLetter()
    const once = composeLetter(letter, rendered)
    composeLetter(aFrozenLetter({ to: { name: 'Someone else', address: 'else@example.net' } }), rendered)
    expect(composeLetter(structuredClone(letter), { ...rendered }).equals(once)).toBe(true)
  })

  it('looks like this', () => {
    expect(
      composeLetter(aFrozenLetter({ replyTo: 'help@example.org' }), rendered)
        .toString()
        .split('\r\n'),
    ).toEqual([
      'From: Example <accounts@example.org>',
      'To: Alice Liddell <alice@example.net>',
      'Reply-To: help@example.org',
      'Subject: Hello',
      'Date: Sat, 21 Nov 2026 20:35:07 +0000',
      'Message-ID: <0123456789abcdef.1@example.org>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative;',
      ' boundary="=_Zm9vYmFyYmF6cXV4"',
      '',
      '--=_Zm9vYmFyYmF6cXV4',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'Hello,',
      '',
      'this is text.',
      '',
      '--=_Zm9vYmFyYmF6cXV4',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      '<p>Hello</p>',
      '',
      '--=_Zm9vYmFyYmF6cXV4--',
      '',
    ])
  })

  it('is ASCII in short lines that all end in CRLF', () => {
    fc.assert(
      fc.property(oneLine, oneLine, body, (subject, name, text) => {
        const letter = aFrozenLetter({ to: { name, address: 'alice@example.net' } })
        const bytes = composeLetter(letter, { subject, text, html: text }).toString('latin1')
        expect(bytes).toMatch(/^[\t\r\n\x20-\x7e]*$/)
        expect(bytes).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
        for (const line of bytes.split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
      }),
    )
  })

  it('is carried as it is', () => {
    fc.assert(
      fc.property(oneLine, body, fc.constantFrom('alice', 'юзер'), (name, text, local) => {
        const letter = aFrozenLetter({ to: { name, address: `${local}@example.net` } })
        const message = composeMessage(letter, { subject: name, text: encodeBody(text), html: encodeBody(text) })
        expect(message).toEqual(messageOf(message.octets))
      }),
    )
  })

  it('writes an address beyond ASCII in UTF-8, for SMTPUTF8, and nothing else', async () => {
    const letter = aFrozenLetter({ to: { name: 'Юзер', address: 'юзер@bücher.example' } })
    const bytes = composeLetter(letter, rendered)
    expect(headersOf(bytes)).toContain('<юзер@xn--bcher-kva.example>')
    expect(headersOf(bytes).replace('юзер', '')).toMatch(/^[\r\n\x20-\x7e]*$/)
    expect((await readBack(bytes)).to).toEqual([{ name: 'Юзер', address: 'юзер@xn--bcher-kva.example' }])
  })
})
