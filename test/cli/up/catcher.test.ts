import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { readLetter, temporaryPasswordIn } from '../../../src/cli/up/letter.ts'
import { aCatcher, authority, PASSWORD, USERNAME } from './a-catcher.ts'
import { Client } from './a-client.ts'

const ca = async () => (await authority).certificate

/** A client that has begun TLS. */
async function aSecureClient(port: number): Promise<Client> {
  const client = await Client.connect(port)
  await client.say('EHLO client.example')
  await client.secure(await ca())
  return client
}

describe('the mail catcher', () => {
  it('takes no sign-in and no letter before TLS', async () => {
    const catcher = await aCatcher()
    const client = await Client.connect(catcher.port)
    const offered = await client.say('EHLO client.example')
    expect(offered).toContainEqual(expect.stringMatching(/^250[- ]STARTTLS$/))
    expect((await client.signIn(USERNAME, PASSWORD))[0]).toMatch(/^538 /)
    expect((await client.say('MAIL FROM:<a@example.org>'))[0]).toMatch(/^530/)
    expect(catcher.signIns).toEqual([])
  })

  it('is trusted by who trusts its authority, and by nobody else', async () => {
    const catcher = await aCatcher()
    await expect(aSecureClient(catcher.port)).resolves.toBeInstanceOf(Client)
    const stranger = await Client.connect(catcher.port)
    await stranger.say('EHLO client.example')
    await expect(stranger.secure(undefined)).rejects.toThrow(/unable to verify|self-signed|issuer/)
  })

  it("refuses a wrong password in Gmail's words, and takes the right one", async () => {
    const catcher = await aCatcher()
    const client = await aSecureClient(catcher.port)
    const refused = await client.signIn(USERNAME, 'wrong')
    expect(refused).toEqual([
      '535-5.7.8 Username and Password not accepted. For more information, go to',
      expect.stringMatching(/^535 5\.7\.8 {2}https:\/\/support\.google\.com\/mail\/\?p=BadCredentials \S+ - gsmtp$/),
    ])
    expect((await client.signIn('somebody@else.example', PASSWORD))[0]).toMatch(/^535-5\.7\.8 /)
    expect((await client.signIn(USERNAME, PASSWORD))[0]).toMatch(/^235 /)
    expect(catcher.signIns).toEqual([false, false, true])
  })

  it('takes no letter from who has not signed in', async () => {
    const catcher = await aCatcher()
    const client = await aSecureClient(catcher.port)
    expect((await client.say('MAIL FROM:<a@example.org>'))[0]).toMatch(/^530/)
  })

  it('keeps letters byte for byte, with their envelopes', async () => {
    const catcher = await aCatcher()
    const client = await aSecureClient(catcher.port)
    await client.signIn(USERNAME, PASSWORD)
    const letter = Buffer.from('Subject: =?utf-8?Q?=E4?=\r\n\r\n. one dot\r\n.. two\r\n.\t\r\n重設 ü  \r\n\r\nend\r\n')
    const latin = Buffer.concat([letter, Buffer.from([0xe9, 0x00, 0xff, 0x0d, 0x0a])])
    for (const message of [letter, latin]) {
      await client.say('MAIL FROM:<a@example.org> BODY=8BITMIME')
      await client.say('RCPT TO:<b@xn--bcher-kva.example>')
      expect((await client.say('DATA'))[0]).toMatch(/^354/)
      const stuffed = message.toString('latin1').replaceAll(/^\./gm, '..')
      expect((await client.say(Buffer.from(`${stuffed}.`, 'latin1')))[0]).toMatch(/^250 /)
    }
    expect(catcher.letters.map(({ message }) => message)).toEqual([letter, latin])
    expect(catcher.letters[0]).toMatchObject({ at: 1_000, from: 'a@example.org' })
    expect(catcher.lettersTo('b@xn--bcher-kva.example')).toHaveLength(2)
    expect(catcher.lettersTo('B@bücher.example')).toHaveLength(2)
    expect(catcher.lettersTo('c@example.org')).toEqual([])
  })

  it('listens on the loopback address alone', async () => {
    const catcher = await aCatcher()
    const elsewhere = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')
    const host = elsewhere?.address ?? '127.0.0.2'
    await expect(once(connect({ host, port: catcher.port }), 'connect')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a caught letter', () => {
  it('is read as its reader sees it', async () => {
    const mime = [
      'From: =?utf-8?B?6YCa55+l?= <accounts@example.org>',
      'To: b@example.org',
      'Subject: =?utf-8?B?5oKo55qE6Ieo5pmC5a+G56K8?=',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('您好：\n\n7XQ2-0M4A-0000-ABCD-EFGH-JKMN\n').toString('base64'),
    ]
    const letter = await readLetter(Buffer.from(mime.join('\r\n')))
    expect(letter).toMatchObject({ from: '通知 <accounts@example.org>', to: 'b@example.org', subject: '您的臨時密碼' })
    expect(temporaryPasswordIn(letter.text)).toBe('7XQ2-0M4A-0000-ABCD-EFGH-JKMN')
  })

  it.each([
    'six groups of three: 7XQ-0M4-000-ABC-EFG-JKM',
    'a letter that is no symbol: 7XQ2-0M4A-0000-ABCD-EFGH-JKMU',
    'five groups: 7XQ2-0M4A-0000-ABCD-EFGH',
  ])('without a temporary password gives none: %s', (text) => {
    expect(temporaryPasswordIn(text)).toBeNull()
  })
})
