import { describe, expect, it } from 'vitest'
import { composeLetter } from '../../../src/core/letters/compose.ts'
import { inertLine } from '../../../src/core/letters/inert.ts'
import { aFrozenLetter, headersOf, readBack } from './builders.ts'

const rendered = { subject: 'Hello', text: 'Hello,\n\nthis is text.\n', html: '<p>Hello</p>\n' }

describe('an attempt to smuggle something in', () => {
  it.each([
    'Eve\r\nBcc: victim@example.org',
    'Eve\nX-Evil: 1\n\n<b>body</b>',
    'Eve" <evil@example.org>, "',
    'Eve\u2028Bcc: victim@example.org',
    '=?UTF-8?Q?Eve=0D=0ABcc:_victim@example.org?=',
    'Eve\0\x1b]0;x\x07\u202e',
  ])('by a name or a subject adds no header and no recipient: %j', async (evil) => {
    const letter = aFrozenLetter({
      from: { name: evil, address: 'accounts@example.org' },
      to: { name: evil, address: 'alice@example.net' },
    })
    const bytes = composeLetter(letter, { ...rendered, subject: evil })
    const names = headersOf(bytes)
      .split('\r\n')
      .filter((line) => !line.startsWith(' '))
      .map((line) => line.split(':')[0])
    expect(names).toEqual([
      'From',
      'To',
      'Subject',
      'Date',
      'Message-ID',
      'Auto-Submitted',
      'MIME-Version',
      'Content-Type',
    ])
    const read = await readBack(bytes)
    expect(read.to).toEqual([{ name: inertLine(evil).trim(), address: 'alice@example.net' }])
    expect(read.subject).toBe(inertLine(evil).trim())
    expect(read.from?.address).toBe('accounts@example.org')
    expect(read.text).toBe(rendered.text)
  })

  it('by a body that contains the boundary ends no part', async () => {
    const { boundary } = aFrozenLetter()
    const text = `before\n--=_${boundary}--\n--=_${boundary}\nContent-Type: text/html\n\n<b>evil</b>\n`
    const read = await readBack(composeLetter(aFrozenLetter(), { subject: 'x', text, html: text }))
    expect([read.text, read.html]).toEqual([text, text])
  })

  it('by a Message-ID, a boundary, an address or a date is refused', () => {
    const compose = (changes: Parameters<typeof aFrozenLetter>[0]) => () =>
      composeLetter(aFrozenLetter(changes), rendered)
    expect(compose({ messageId: 'a@b>\r\nBcc: x@y.example' })).toThrow('Message-ID is not valid')
    expect(compose({ boundary: 'x"\r\nBcc: x@y.example' })).toThrow('boundary is not valid')
    expect(compose({ boundary: '' })).toThrow('boundary is not valid')
    expect(compose({ replyTo: 'a@b.example\r\nBcc: x@y.example' })).toThrow('address is not valid')
    expect(compose({ from: { name: '', address: 'a@b.example, x@y.example' } })).toThrow('address is not valid')
    expect(compose({ date: Number.NaN })).toThrow('date is not valid')
    expect(compose({ date: 1e15 })).toThrow('date is not valid')
  })
})
