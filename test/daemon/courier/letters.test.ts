import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aCourier, aParcel, aServer, MESSAGE, summary } from './support.ts'

describe('one letter to one address', () => {
  const HOSTILE = [
    'b@example.com\r\nBcc: evil@example.org',
    'b@example.com\nRCPT TO:<evil@example.org>',
    'b@example.com, evil@example.org',
    'g: a@x.example, b@y.example;',
    '"x@gmail.com x"@internal.example',
    '<b@example.com>',
    'B <b@example.com>',
    '@relay.example:b@example.com',
    'b@[127.0.0.1]',
    'b@example.com> SIZE=1',
    'b@localhost',
    'b',
    '',
  ]

  it.each(HOSTILE)('%j is refused before anything is said', async (to) => {
    const server = await aServer()
    const report = await aCourier(server).send(aParcel(to))
    expect(summary(report)).toBe('refused letter EADDRESS')
    expect(server.connections).toEqual([])
  })

  it('a sender that is none is a matter of the settings', async () => {
    const server = await aServer()
    const report = await aCourier(server).send({ ...aParcel(), from: 'a@example.org\r\nBcc: evil@example.org' })
    expect(summary(report)).toBe('misconfigured letter ESETTING')
    expect(server.connections).toEqual([])
  })

  it('an internationalised domain goes as A-labels', async () => {
    const server = await aServer()
    const report = await aCourier(server).send(aParcel('user@bücher.example'))
    expect(summary(report)).toBe('delivered')
    expect(server.letters[0]?.to).toEqual(['<user@xn--bcher-kva.example>'])
  })

  it('an internationalised local part goes to a server that can carry it', async () => {
    const server = await aServer()
    expect(summary(await aCourier(server).send(aParcel('юзер@example.com')))).toBe('delivered')
    expect(server.letters[0]?.from).toMatch(/ SMTPUTF8/)
    expect(server.letters[0]?.to).toEqual(['<юзер@example.com>'])
  })

  it('case 16: and to no other: nothing of the letter is said, and the connection serves the next one', async () => {
    const server = await aServer({ extensions: ['AUTH PLAIN'] })
    const courier = aCourier(server)
    const report = await courier.send(aParcel('юзер@example.com'))
    expect(summary(report)).toBe('refused mail EUTF8')
    expect(report.happening?.reply).toBe('The server lacks SMTPUTF8.')
    expect(server.connections[0]?.lines.filter((line) => line.startsWith('C: ')).length).toBe(2)
    expect(summary(await courier.send(aParcel()))).toBe('delivered')
    expect(server.connections).toHaveLength(1)
  })

  it.each([
    ['line feeds alone', 'one\n.\ntwo\n', 'one\r\n.\r\ntwo\r\n'],
    ['carriage returns alone', 'one\r.\rtwo\r', 'one\r\n.\r\ntwo\r\n'],
    ['a mixture', 'one\n.\r\ntwo\r\n.\nthree\r\n', 'one\r\n.\r\ntwo\r\n.\r\nthree\r\n'],
    ['no end', '.one', '.one\r\n'],
    ['nothing', '', '\r\n'],
  ])('no line break ends a letter early: %s', async (_what, message, arrived) => {
    const server = await aServer()
    expect((await aCourier(server).send(aParcel('user@example.com', Buffer.from(message)))).outcome).toBe('delivered')
    expect(server.letters.map(({ bytes }) => bytes.toString())).toEqual([arrived])
    expect(server.connections[0]?.lines.filter((line) => line.startsWith('C: ') && /one|two|three/.test(line))).toEqual(
      [],
    )
  })

  it('a letter that is larger than the server said is not begun', async () => {
    const server = await aServer({ extensions: ['AUTH PLAIN', 'SIZE 100'] })
    const courier = aCourier(server)
    expect(summary(await courier.send(aParcel('user@example.com', Buffer.alloc(101, 'x'))))).toBe(
      'refused mail EMESSAGE',
    )
    expect(summary(await courier.send(aParcel('user@example.com', Buffer.alloc(99, 'x'))))).toBe('delivered')
    expect(server.connections).toHaveLength(1)
  })

  it('bytes beyond ASCII are announced', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    await courier.send(aParcel('user@example.com', Buffer.from('Subject: x\r\n\r\nümlaut\r\n')))
    await courier.send(aParcel())
    expect(server.letters.map(({ from }) => from.includes('BODY=8BITMIME'))).toEqual([true, false])
  })

  it('arrives to the byte, whatever its lines begin with', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    const line = fc.oneof(fc.constantFrom('', '.', '..', '.\t', 'QUIT', '.\0'), fc.stringMatching(/^[^\r\n]{0,40}$/))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
        const message = Buffer.from(`${lines.join('\r\n')}\r\n`)
        expect(summary(await courier.send(aParcel('user@example.com', message)))).toBe('delivered')
        expect(server.letters.at(-1)?.bytes.equals(message)).toBe(true)
      }),
    )
    expect(server.connections).toHaveLength(1)
  })

  it('line ends that would smuggle a second letter do not', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    for (const end of ['\n.\n', '\r.\r', '\n.\r\n', '\r\n.\r', '\r\n.\n', '\r\n\0.\r\n']) {
      const message = Buffer.from(`Subject: x\r\n\r\nx${end}MAIL FROM:<evil@example.org>\r\n`)
      expect(summary(await courier.send(aParcel('user@example.com', message)))).toBe('delivered')
    }
    expect(server.letters).toHaveLength(6)
    expect(server.letters.every(({ from }) => from.startsWith('<postern@example.org>'))).toBe(true)
  })
})

describe('after a letter that was refused', () => {
  it.each([
    ['MAIL', '451 4.3.2 Later', 'RSET'],
    ['RCPT', '550 5.1.1 User unknown', 'RSET'],
    ['DATA', '451 4.3.0 Disk', 'RSET'],
    ['dot', '554 5.7.1 Spam', 'MAIL FROM:<postern@example.org> SIZE=84'],
  ])('at %s the next one goes over the same connection', async (verb, refusal, next) => {
    for (const extensions of [['AUTH PLAIN'], ['AUTH PLAIN', 'PIPELINING', `SIZE 1000`]]) {
      let told = false
      const once = (usual: string) => () => {
        if (told) return usual
        told = true
        return refusal
      }
      const usual = verb === 'DATA' ? '354 Go ahead' : '250 2.0.0 Ok'
      const server = await aServer({ extensions: [...extensions, 'SIZE 1000'], [verb]: once(usual) })
      const courier = aCourier(server)
      expect((await courier.send(aParcel())).happening?.replyCode).toBe(Number(refusal.slice(0, 3)))
      expect(summary(await courier.send(aParcel()))).toBe('delivered')
      expect(server.connections).toHaveLength(1)
      const lines = server.connections[0]?.lines ?? []
      expect(lines.slice(lines.indexOf(`S: ${refusal}`)).find((line) => /^C: (RSET|MAIL)/.test(line))).toContain(
        next.slice(0, 4),
      )
      expect(server.letters.at(-1)?.bytes).toEqual(MESSAGE)
    }
  })

  it('a server that refuses RSET loses the connection, not the next letter', async () => {
    const server = await aServer((connection) => (connection === 0 ? { RCPT: '550 5.1.1 No', RSET: '500 What?' } : {}))
    const courier = aCourier(server)
    expect(summary(await courier.send(aParcel()))).toMatch(/^refused/)
    expect(summary(await courier.send(aParcel()))).toBe('delivered')
    expect(server.connections).toHaveLength(2)
  })
})
