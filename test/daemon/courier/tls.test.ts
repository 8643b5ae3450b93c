import { beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { DAY } from '../../../src/core/domain/time.ts'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'
import type { CourierSettings } from '../../../src/daemon/courier/report.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, MESSAGE, summary } from './support.ts'

const HOSTS = ['localhost', '127.0.0.1']
let authority: Certificate
let good: Certificate
let expired: Certificate
let future: Certificate
let misnamed: Certificate
let selfSigned: Certificate

beforeAll(async () => {
  const now = Date.now()
  authority = await makeCertificate({ commonName: 'Private CA', hosts: [], days: 30, now, authority: true })
  const issue = (hosts: readonly string[], at: number, days: number) =>
    makeCertificate({ commonName: 'mail', hosts, days, now: at, issuer: authority })
  good = await issue(HOSTS, now, 1)
  expired = await issue(HOSTS, now - 10 * DAY, 5)
  future = await issue(HOSTS, now + 5 * DAY, 10)
  misnamed = await issue(['mail.example.com'], now, 1)
  selfSigned = await makeCertificate({ commonName: 'mail', hosts: HOSTS, days: 1, now })
})

/** Both ways to TLS, each with what the server and the courier need for it. */
const WAYS = [
  ['STARTTLS', { protocol: 'smtp', tls: true }, {}],
  ['smtps', { protocol: 'smtps', tls: true }, { implicitTls: true }],
] as const satisfies readonly (readonly [string, Partial<CourierSettings>, Script])[]

describe.each(WAYS)('%s', (way, settings, script) => {
  it.each(HOSTS)('a private authority is trusted by the settings: %s', async (host) => {
    const server = await aServer({ ...script, certificate: good })
    const report = await aCourier(server, { ...settings, host, ca: authority.certificate }).send(aParcel())
    expect(summary(report)).toBe('delivered')
    expect(server.letters[0]?.bytes).toEqual(MESSAGE)
    expect(server.connections[0]?.wire.length).toBeGreaterThan(MESSAGE.length)
    expect(server.connections[0]?.wire.includes('The way back in')).toBe(false)
    expect(server.connections[0]?.wire.includes('AUTH')).toBe(false)
    expect(report.stages.find(({ stage }) => stage === 'tls')?.detail).toMatch(/^TLSv1\.3 TLS_/)
    const order = report.stages.map(({ stage }) => stage).filter((stage) => stage !== 'dns')
    const opening = way === 'smtps' ? ['tcp', 'tls', 'greeting', 'ehlo'] : ['tcp', 'greeting', 'ehlo', 'tls', 'ehlo']
    expect(order).toEqual([...opening, 'auth', 'mail', 'rcpt', 'data', 'dot'])
  })

  const REFUSED: readonly (readonly [string, () => Certificate, string | null, string, string])[] = [
    ['an authority nobody knows', () => good, null, 'SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted'],
    ['self-signed', () => selfSigned, null, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-untrusted'],
    ['another name', () => misnamed, 'ca', 'ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name'],
    ['expired', () => expired, 'ca', 'CERT_HAS_EXPIRED', 'certificate-expired'],
    ['not valid yet', () => future, 'ca', 'CERT_NOT_YET_VALID', 'certificate-expired'],
  ]
  it.each(REFUSED)('case 47: refused: %s', async (_what, certificate, ca, cause, kind) => {
    const server = await aServer({ ...script, certificate: certificate() })
    const courier = aCourier(server, { ...settings, host: 'localhost', ca: ca && authority.certificate })
    const report = await courier.send(aParcel())
    expect(summary(report)).toBe(`misconfigured tls ESOCKET ${cause}`)
    expect(report.happening && diagnose(report.happening).kind).toBe(kind)
    expect(server.letters).toEqual([])
    expect(server.signIns).toBe(0)
    await server.until(() => server.connections[0]?.open === false)
  })

  it('abort after the dot leaves nothing open', async () => {
    const server = await aServer({ ...script, certificate: good, dot: { end: 'stall' } })
    const courier = aCourier(server, { ...settings, ca: authority.certificate })
    const sent = courier.send(aParcel())
    await server.until(() => server.letters.length === 1)
    courier.abort()
    expect(summary(await sent)).toBe('unknown dot EABORTED')
    await server.until(() => server.connections[0]?.open === false)
  })

  it('a connection that the server gave up is replaced', async () => {
    const server = await aServer({ ...script, certificate: good })
    const courier = aCourier(server, { ...settings, ca: authority.certificate })
    await courier.send(aParcel())
    server.connections[0]?.act({ end: 'fin' })
    await server.until(() => server.connections[0]?.open === false)
    expect(summary(await courier.send(aParcel()))).toBe('delivered')
    expect(server.letters).toHaveLength(2)
  })

  it('closed in the handshake', async () => {
    const broken: Script =
      way === 'smtps' ? { greeting: { end: 'rst' } } : { STARTTLS: { raw: '220 go\r\n', end: 'rst' } }
    const report = await aCourier(await aServer(broken), { ...settings, host: 'localhost' }).send(aParcel())
    expect(summary(report)).toMatch(/^unreachable (tcp|tls) (ESOCKET|ETLS)/)
  })

  it('a CA file without a certificate is a setting that cannot be used', async () => {
    const server = await aServer({ ...script, certificate: good })
    const report = await aCourier(server, { ...settings, ca: 'no certificate at all' }).send(aParcel())
    expect(summary(report)).toBe('misconfigured letter ESETTING')
    expect(report.happening && diagnose(report.happening).settings).toEqual(['SERVICE_MAIL_CA_FILE'])
    expect(server.connections).toEqual([])
  })
})

describe('TLS that is not to be had', () => {
  it.each([
    ['refused for good', '502 5.5.1 What?', 'misconfigured tls ETLS 502'],
    ['refused for now', '454 4.7.0 TLS not available', 'unreachable tls ETLS 454'],
  ])('case 46: STARTTLS %s: neither the password nor the letter is sent', async (_what, answer, expected) => {
    const server = await aServer({ STARTTLS: answer })
    const report = await aCourier(server, { tls: true }).send(aParcel())
    expect(summary(report)).toBe(expected)
    expect(server.connections[0]?.wire.toString()).toBe('EHLO postern.example\r\nSTARTTLS\r\n')
    expect(server.letters).toEqual([])
  })

  it('case 46: EHLO refused: no HELO, which would go on without TLS', async () => {
    const server = await aServer({ EHLO: '502 5.5.1 What?' })
    const report = await aCourier(server, { tls: true }).send(aParcel())
    expect(summary(report)).toBe('misconfigured ehlo ECONNECTION 502')
    expect(server.connections[0]?.wire.toString()).toBe('EHLO postern.example\r\n')
  })

  it('replies that were sneaked in before the handshake are not believed', async () => {
    const sneaked =
      '220 2.0.0 go\r\n250-mx\r\n250 AUTH PLAIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 ok\r\n250 delivered\r\n'
    const server = await aServer({ STARTTLS: { raw: sneaked } })
    const report = await aCourier(server, { tls: true }, { deadlines: { tls: 200 } }).send(aParcel())
    expect(report.outcome).not.toBe('delivered')
    expect(report.happening?.stage).toBe('tls')
    expect(server.letters).toEqual([])
  })

  it('smtps on a port that speaks in clear', async () => {
    const server = await aServer()
    const report = await aCourier(server, { protocol: 'smtps' }).send(aParcel())
    expect(summary(report)).toMatch(/^misconfigured tls ESOCKET ERR_SSL_/)
    expect(report.happening?.reply).toMatch(/^[A-Za-z ]+: [a-z ]+$/)
    expect(report.happening && diagnose(report.happening).settings).toContain('SERVICE_MAIL_PROTOCOL')
  })

  it('smtp on a port that waits for TLS', async () => {
    const server = await aServer({ implicitTls: true, certificate: good })
    const report = await aCourier(server, {}, { deadlines: { greeting: 100 } }).send(aParcel())
    expect(summary(report)).toBe('unreachable greeting ETIMEDOUT GREETING_TIMEOUT')
    expect(report.happening && diagnose(report.happening).settings).toContain('SERVICE_MAIL_PROTOCOL')
  })

  it('a password is never sent in clear to another machine, whatever the settings say', async () => {
    const report = await aCourier({ port: 25 }, { host: 'mail.example.com', tls: false }).send(aParcel())
    expect(summary(report)).toBe('misconfigured letter ESETTING')
    expect(report.happening && diagnose(report.happening).settings).toEqual(['SERVICE_MAIL_TLS'])
  })

  it('in clear over loopback a certificate that is offered does not matter', async () => {
    const server = await aServer({ certificate: selfSigned })
    expect(summary(await aCourier(server).send(aParcel()))).toBe('delivered')
    expect(server.connections[0]?.lines).not.toContain('C: STARTTLS')
  })
})
