import PostalMime from 'postal-mime'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { redoTask } from '../../../src/core/usecases/tasks.ts'
import type { CourierOptions } from '../../../src/daemon/courier/courier.ts'
import type { CourierSettings } from '../../../src/daemon/courier/report.ts'
import { aCourier, aParcel, summary } from '../../daemon/courier/support.ts'
import { startExim } from '../../support/exim.ts'
import { ACCOUNT, HOST, type MailServer, NOBODY } from '../../support/mail-server.ts'
import { needs } from '../../support/needs.ts'
import { makeHouse, startPosternd } from '../../support/posternd.ts'
import { startPostfix } from '../../support/postfix.ts'
import { allPages } from '../../support/store.ts'

/** The servers, and what each writes on top of a letter that came over TLS, and of one that came in clear. */
const SERVERS = [
  {
    name: 'Postfix',
    needed: needs('postfix'),
    start: startPostfix,
    secure:
      /from postern\.example .*\(using TLSv1\.3 with cipher .*\(Authenticated sender: postern\b.* with ESMTPSA id/s,
    clear: /from postern\.example .*\(Authenticated sender: postern\b.* with ESMTPA id/s,
    tires: /too many errors after/,
    stranger: ['refused rcpt EENVELOPE 554', 'access-denied'],
  },
  {
    name: 'Exim',
    needed: needs('root', 'exim'),
    start: startExim,
    secure: /X-Signed-In: postern\n.*\(helo=postern\.example\).* with esmtpsa +\(TLS1\.3\)/s,
    clear: /X-Signed-In: postern\n.*\(helo=postern\.example\).* with esmtpa /s,
    tires: /too many messages in (?:this|one) connection/,
    stranger: ['misconfigured rcpt EENVELOPE 550', 'relaying-denied'],
  },
] as const

/** A letter with everything in it that a server might spoil. */
const aLetter = (subject: string) =>
  Buffer.from(
    `From: postern@example.org\r\nTo: user@example.com\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 20:35:07 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n.a dot first\r\n..two\r\n\r\n.\tand a line of ${'x'.repeat(900)}\r\n`,
  )
/** As it lies in a mailbox, behind what the server put on top of it. */
const asFiled = (letter: Buffer) => letter.toString().replaceAll('\r\n', '\n')

for (const { name, needed, start, secure, clear, tires, stranger } of SERVERS) {
  needed.describe(`the courier and ${name}`, () => {
    let server: MailServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(async () => {
      await server?.stop()
    })

    const courier = (port: number, settings: Partial<CourierSettings>, options: Partial<CourierOptions> = {}) =>
      aCourier(
        { port },
        { host: HOST, tls: true, ca: server.ca, signIn: { kind: 'password', ...ACCOUNT }, ...settings },
        options,
      )
    const WAYS = [
      ['SMTPS', () => courier(server.smtps, { protocol: 'smtps' }), secure],
      ['STARTTLS', () => courier(server.submission, {}), secure],
      ['in clear over loopback', () => courier(server.plain, { tls: false }), clear],
    ] as const

    it.each(WAYS)(
      '%s: the letter arrives to the byte, from the name and the account of the settings',
      async (way, make, arrived) => {
        const letter = aLetter(`${name} ${way}`)
        const report = await make().send(aParcel('user@example.com', letter))
        expect(summary(report)).toBe('delivered')
        const filed = await server.letter(`Subject: ${name} ${way}\n`)
        expect(filed.slice(filed.indexOf('From: ')).trimEnd()).toBe(asFiled(letter).trimEnd())
        expect(filed).toMatch(arrived)
        const tls = report.stages.find(({ stage }) => stage === 'tls')
        expect(tls?.detail.slice(0, 7)).toBe(arrived === secure ? 'TLSv1.3' : undefined)
      },
    )

    it.each([
      ['SMTPS', () => ({ port: server.smtps, protocol: 'smtps' as const, tls: true })],
      ['STARTTLS', () => ({ port: server.submission, protocol: 'smtp' as const, tls: true })],
      ['in clear over loopback', () => ({ port: server.plain, protocol: 'smtp' as const, tls: false })],
    ])('%s: a wrong password is refused, and said to be the password', async (way, settings) => {
      const { port, ...rest } = settings()
      const report = await courier(port, {
        ...rest,
        signIn: { kind: 'password', username: ACCOUNT.username, password: 'wrong' },
      }).send(aParcel('user@example.com', aLetter(`not by ${way}`)))
      expect(summary(report)).toBe('misconfigured auth EAUTH 535')
      expect(report.happening && diagnose(report.happening).settings).toEqual([
        'SERVICE_MAIL_USERNAME',
        'SERVICE_MAIL_PASSWORD',
      ])
    })

    it.each([
      [
        'an authority that nobody knows',
        () => courier(server.submission, { ca: null }),
        'misconfigured tls ESOCKET SELF_SIGNED_CERT_IN_CHAIN',
        'certificate-untrusted',
      ],
      [
        'STARTTLS that is not offered',
        () => courier(server.plain, {}),
        /^misconfigured tls ETLS 50[0-9]$/,
        'no-starttls',
      ],
      [
        'AUTH that is not offered',
        () => courier(server.open, { tls: false }),
        'misconfigured auth EAUTH NO_AUTH',
        'no-auth',
      ],
      [
        'AUTH that is offered only over TLS',
        () => courier(server.submission, { tls: false }),
        'misconfigured auth EAUTH NO_AUTH',
        'no-auth',
      ],
      [
        'smtps on the port of STARTTLS',
        () => courier(server.submission, { protocol: 'smtps' }),
        /^misconfigured tls ESOCKET ERR_SSL_/,
        'tls-on-plain-port',
      ],
      [
        'smtp on the port of smtps',
        () => courier(server.smtps, {}, { deadlines: { greeting: 300 } }),
        'unreachable greeting ETIMEDOUT GREETING_TIMEOUT',
        'no-greeting',
      ],
      ['a letter without a sign-in', () => courier(server.plain, { tls: false, signIn: null }), ...stranger],
    ] as const)('%s: nothing is sent, and the diagnosis says so', async (what, make, told, kind) => {
      const report = await make().send(aParcel('user@example.com', aLetter(`not with ${what}`)))
      expect(summary(report)).toMatch(told)
      expect(report.happening && diagnose(report.happening).kind).toBe(kind)
    })

    it('a large letter, dots at every line, to an address beyond ASCII, arrives to the byte', async () => {
      const lines = Array.from({ length: 20_000 }, (_, n) => `${'.'.repeat(n % 4)} line ${n}`)
      const head = aLetter(`${name} large`).toString()
      const letter = Buffer.from(`${head}${lines.join('\r\n')}\r\n`)
      const report = await courier(server.submission, {}).send(aParcel('юзер@bücher.example', letter))
      expect(summary(report)).toBe('delivered')
      const filed = await server.letter(`Subject: ${name} large\n`)
      expect(filed.slice(filed.indexOf('From: ')).trimEnd()).toBe(asFiled(letter).trimEnd())
    })

    it('many letters over one connection, until the server tires of it: each good one arrives once, each bad one is refused', async () => {
      // Good ones by themselves, for Exim counts letters, and bad ones in a row, for Postfix forgets errors at a good one.
      const isBad = (n: number) => n >= 10 && n % 5 !== 0
      const one = courier(server.submission, {})
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, async (_, n) => {
          const bad = isBad(n)
          const parcel = aParcel(
            bad ? `${NOBODY}@example.com` : 'user@example.com',
            aLetter(`${bad ? 'not ' : ''}many ${n};`),
          )
          return `${bad ? 'bad' : 'good'}: ${summary(await one.send(parcel))}`
        }),
      )
      expect(new Set(outcomes)).toEqual(new Set(['good: delivered', 'bad: refused rcpt EENVELOPE 550']))
      for (let n = 0; n < 40; n++) if (!isBad(n)) await server.letter(`Subject: many ${n};\n`)
      expect(server.letters().filter((letter) => /^Subject: many /m.test(letter))).toHaveLength(16)
      expect(server.log()).toMatch(tires)
    })

    it('no letter arrived that was not to arrive', async () => {
      await courier(server.submission, {}).send(aParcel('user@example.com', aLetter('the last one')))
      await server.letter('Subject: the last one\n')
      expect(server.letters().filter((letter) => /Subject: not /.test(letter))).toEqual([])
    })

    it('posternd: a wrong password fails one letter and pauses the queue; with the right one all arrive, then by SMTPS', async () => {
      const house = await makeHouse()
      await house.set({
        SERVICE_MAIL_ENABLE: true,
        SERVICE_MAIL_HOST: HOST,
        SERVICE_MAIL_PORT: server.submission,
        SERVICE_MAIL_CA_FILE: server.caFile,
        SERVICE_MAIL_CLIENT_NAME: 'postern.example',
        SERVICE_MAIL_USERNAME: ACCOUNT.username,
        SERVICE_MAIL_FROM_ADDRESS: 'postern@example.org',
        SERVICE_SIGN_IN_URL: 'https://accounts.example.org/login',
      })
      await house.set({ SERVICE_MAIL_PASSWORD: 'wrong' })
      const users = await house.addUsers(12, 'locked')
      await requestResets(house.context, users, { kind: 'now' })
      const daemon = startPosternd(house.data)
      try {
        const state = async () => (await house.store.get('queue', 'mail'))?.state
        await vi.waitUntil(async () => (await state()) === 'paused', { timeout: 30_000 })
        expect(await house.store.taskCounts()).toMatchObject({ failed: 1, wait: 11, executing: 0 })
        const [refused] = await allPages((paging) => house.store.mailLog(paging))
        expect(refused).toMatchObject({ outcome: 'misconfigured', replyCode: 535 })

        await house.set({ SERVICE_MAIL_PASSWORD: ACCOUNT.password })
        const carriedOut = (count: number) =>
          vi.waitUntil(async () => (await house.store.taskCounts())['carried-out'] === count, { timeout: 30_000 })
        await carriedOut(11)
        expect(await state()).toBe('open')

        await house.set({ SERVICE_MAIL_PROTOCOL: 'smtps', SERVICE_MAIL_PORT: server.smtps })
        const redone = refused && (await redoTask(house.context, { id: refused.task, version: null }))
        expect(redone?.kind).toBe('done')
        await carriedOut(12)

        for (let n = 0; n < users.length; n++) {
          const filed = await server.letter(`<locked${n}@example.org>`)
          expect(filed).toMatch(secure)
          const email = await PostalMime.parse(filed)
          expect(email.messageId).toMatch(/^<[^@]+\.[12]@example\.org>$/)
          expect(Math.abs(Date.now() - Date.parse(email.date ?? ''))).toBeLessThan(60_000)
          expect(email.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
          expect(email.subject).toBe(n % 5 === 0 ? '您的臨時密碼' : 'Your temporary password')
        }
        expect(server.letters().filter((letter) => letter.includes('<locked'))).toHaveLength(12)
        expect(daemon.output() + server.log()).not.toContain(ACCOUNT.password)

        daemon.kill('SIGTERM')
        expect(await daemon.ended).toBe(0)
        const arrived = server.letters().length
        const check = startPosternd(house.data, ['--check', '--json'])
        expect(await check.ended, check.output() + check.complaints()).toBe(0)
        const stages: readonly { readonly stage: string }[] = JSON.parse(check.output()).stages
        expect(stages.map(({ stage }) => stage)).toEqual([
          'dns',
          'tcp',
          'tls',
          'greeting',
          'ehlo',
          'auth',
          'mail',
          'rcpt',
          'reset',
        ])
        expect(server.letters()).toHaveLength(arrived)
      } finally {
        daemon.kill('SIGTERM')
        await daemon.ended
        await house.remove()
      }
    })
  })
}
