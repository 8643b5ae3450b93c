import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../src/daemon/courier/report.ts'
import type { Answer, SmtpScript } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, summary } from './support.ts'

const letter = (n: number) => Buffer.from(`Subject: ${n}\r\n\r\n${'.\r\n'.repeat(n)}`)
const letterTo = (n: number) => aParcel(`user-${n}@example.com`, letter(n))
const addresses = (server: SmtpScript) => server.letters.map(({ to }) => to[0])
const open = (server: SmtpScript) => server.connections.filter((connection) => connection.open).length
const said = (server: SmtpScript, line: string, connection = 0) =>
  server.connections[connection]?.lines.filter((said) => said === line).length ?? 0

describe('many letters', () => {
  it('100 over 5 connections arrive once each, to the byte', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 5 })
    const parcels = Array.from({ length: 100 }, (_, n) => letterTo(n))
    const reports = await Promise.all(parcels.map((parcel) => courier.send(parcel)))
    expect(new Set(reports.map(summary))).toEqual(new Set(['delivered']))
    expect(server.connections).toHaveLength(5)
    expect(server.signIns).toBe(5)
    expect(addresses(server).toSorted()).toEqual(parcels.map(({ to }) => `<${to}>`).toSorted())
    for (const [n, { to }] of parcels.entries()) {
      expect(server.letters.find((arrived) => arrived.to[0] === `<${to}>`)?.bytes).toEqual(letter(n))
    }
  })

  it('one connection sends them in the order of the calls', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    await Promise.all(Array.from({ length: 20 }, (_, n) => courier.send(letterTo(n))))
    expect(addresses(server)).toEqual(Array.from({ length: 20 }, (_, n) => `<user-${n}@example.com>`))
  })

  it('one after the other they use one connection, however many there may be', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 5 })
    for (let n = 0; n < 10; n++) expect(summary(await courier.send(letterTo(n)))).toBe('delivered')
    expect(server.connections).toHaveLength(1)
  })

  it('one that hangs does not hold the others up', async () => {
    const server = await aServer((connection) => (connection === 0 ? { dot: { end: 'stall' } } : {}))
    const courier = aCourier(server, {}, { connections: 2 })
    const hanging = courier.send(letterTo(0))
    await server.until(() => server.letters.length === 1)
    const others = await Promise.all(Array.from({ length: 10 }, (_, n) => courier.send(letterTo(n + 1))))
    expect(new Set(others.map(summary))).toEqual(new Set(['delivered']))
    courier.abort()
    expect(summary(await hanging)).toBe('unknown dot EABORTED')
  })

  it('refusals among them do not disturb the others', async () => {
    const server = await aServer({ RCPT: (letter: number): Answer => (letter % 3 === 1 ? '550 5.1.1 No' : '250 Ok') })
    const courier = aCourier(server, {}, { connections: 3 })
    const reports = await Promise.all(Array.from({ length: 30 }, (_, n) => courier.send(letterTo(n))))
    const delivered = reports.filter(({ outcome }) => outcome === 'delivered')
    expect(server.letters).toHaveLength(delivered.length)
    expect(new Set(addresses(server)).size).toBe(delivered.length)
    expect(reports.filter(({ outcome }) => outcome === 'refused')).toHaveLength(30 - delivered.length)
  })

  it('those that find no server are told so; the others come back without having been tried', async () => {
    const server = await aServer({ greeting: '421 4.7.0 Too many connections' })
    const courier = aCourier(server, {}, { connections: 2 })
    const reports = await Promise.all([1, 2, 3, 4].map((n) => courier.send(letterTo(n))))
    expect(reports.map(summary)).toEqual([
      'unreachable greeting EPROTOCOL 421',
      'unreachable greeting EPROTOCOL 421',
      'deferred letter EABORTED',
      'deferred letter EABORTED',
    ])
    expect(server.connections).toHaveLength(2)
  })
})

describe('a connection that the server gave up while it was idle', () => {
  const GONE: readonly (readonly [string, Answer])[] = [
    ['FIN', { end: 'fin' }],
    ['RST', { end: 'rst' }],
    ['421', '421 4.4.2 Idle timeout, closing connection'],
    ['421 and FIN', { say: '421 4.4.2 Idle timeout, closing connection', end: 'fin' }],
    ['nonsense', '250 I felt like saying this'],
  ]
  it.each(GONE)('%s is replaced without a word', async (_how, answer) => {
    const server = await aServer()
    const courier = aCourier(server)
    await courier.send(letterTo(1))
    server.connections[0]?.act(answer)
    await server.until(() => server.connections[0]?.open === false)
    expect(summary(await courier.send(letterTo(2)))).toBe('delivered')
    expect(addresses(server)).toEqual(['<user-1@example.com>', '<user-2@example.com>'])
  })

  it.each(GONE.slice(0, 4))('%s that crosses the next MAIL costs the letter nothing', async (_how, answer) => {
    for (const extensions of [['AUTH PLAIN'], ['AUTH PLAIN', 'PIPELINING']]) {
      const server = await aServer((connection) => ({
        extensions,
        MAIL: (letter: number) => (connection === 0 && letter === 1 ? answer : '250 Ok'),
      }))
      const courier = aCourier(server)
      await courier.send(letterTo(1))
      const report = await courier.send(letterTo(2))
      expect(summary(report)).toBe('delivered')
      expect(report.conversation).toMatch(/^-- the server had given up the connection; on another one:\nS: 220 /)
      expect(report.stages.map(({ stage }) => stage)).toEqual([
        'tcp',
        'greeting',
        'ehlo',
        'auth',
        'mail',
        'rcpt',
        'data',
        'dot',
      ])
      expect(addresses(server)).toEqual(['<user-1@example.com>', '<user-2@example.com>'])
    }
  })

  it('but once MAIL has been answered the loss is the letter’s', async () => {
    const server = await aServer({ RCPT: (letter) => (letter === 1 ? { end: 'fin' } : '250 Ok') })
    const courier = aCourier(server)
    await courier.send(letterTo(1))
    expect(summary(await courier.send(letterTo(2)))).toBe('deferred rcpt ECONNECTION')
  })

  it('a server that hangs up at every MAIL is tried once more, not for ever', async () => {
    const server = await aServer((connection) => ({
      MAIL: (letter) => (connection === 0 && letter === 0 ? '250 Ok' : { end: 'fin' }),
    }))
    const courier = aCourier(server)
    await courier.send(letterTo(1))
    expect(summary(await courier.send(letterTo(2)))).toBe('deferred mail ECONNECTION')
    expect(server.connections).toHaveLength(2)
  })

  it('a server that takes one letter a connection gets them all', async () => {
    const server = await aServer({ dot: { say: '250 2.0.0 Ok', end: 'fin' } })
    const courier = aCourier(server, {}, { connections: 2 })
    const reports = await Promise.all(Array.from({ length: 10 }, (_, n) => courier.send(letterTo(n))))
    expect(reports.map(summary)).toEqual(Array(10).fill('delivered'))
    expect(new Set(addresses(server)).size).toBe(10)
    expect(server.letters).toHaveLength(10)
  })
})

describe('idle connections', () => {
  it('end by QUIT after a while', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 3, idle: 30 })
    await Promise.all([1, 2, 3].map((n) => courier.send(letterTo(n))))
    await server.until(() => server.connections.length === 3 && open(server) === 0)
    for (const n of [0, 1, 2]) expect(said(server, 'C: QUIT', n)).toBe(1)
    expect(summary(await courier.send(letterTo(4)))).toBe('delivered')
  })

  it('do not keep a process alive, nor does a courier that is never closed', async () => {
    const server = await aServer()
    const courier = join(import.meta.dirname, '../../../src/daemon/courier/courier.ts')
    const settings = {
      host: '127.0.0.1',
      port: server.port,
      protocol: 'smtp',
      tls: false,
      signIn: null,
      ca: null,
      clientName: 'x',
    }
    const program = `
      import { Courier } from ${JSON.stringify(courier)}
      const courier = new Courier(${JSON.stringify(settings)}, { connections: 2, idle: 600_000 })
      const message = { octets: 'Subject: x\\r\\n\\r\\nx\\r\\n', size: 17, ascii: true }
      const { outcome } = await courier.send({ from: 'a@example.org', to: 'b@example.com', message })
      process.stdout.write(outcome)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 30_000,
    })
    expect(stdout).toBe('delivered')
  })
})

describe('fewer and more connections', () => {
  it('fewer: the idle ones end at once, the busy ones when their letter has been answered', async () => {
    // Says nothing after the dot of the first letter until it is told to.
    const server = await aServer((connection) => (connection === 0 ? { dot: { raw: '' } } : {}))
    const courier = aCourier(server, {}, { connections: 3 })
    const first = courier.send(letterTo(1))
    await server.until(() => server.letters.length === 1)
    await Promise.all([courier.send(letterTo(2)), courier.send(letterTo(3))])
    courier.setConnections(0)
    await server.until(() => open(server) === 1)
    expect(said(server, 'C: QUIT')).toBe(0)
    server.connections[0]?.act('250 2.0.0 Ok')
    expect(summary(await first)).toBe('delivered')
    await server.until(() => open(server) === 0)
    expect(said(server, 'C: QUIT')).toBe(1)
  })

  it('fewer: at no time more than that send', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 4 })
    await Promise.all(Array.from({ length: 40 }, (_, n) => courier.send(letterTo(n))))
    courier.setConnections(1)
    await server.until(() => open(server) === 1)
    const before = server.connections.length
    await Promise.all(Array.from({ length: 20 }, (_, n) => courier.send(letterTo(n))))
    expect(server.connections).toHaveLength(before)
    expect(open(server)).toBe(1)
  })

  it('fewer while letters are under way and waiting: none is lost', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 5 })
    const sent = Array.from({ length: 100 }, (_, n) => courier.send(letterTo(n)))
    await server.until(() => server.letters.length >= 20)
    courier.setConnections(1)
    expect(new Set((await Promise.all(sent)).map(summary))).toEqual(new Set(['delivered']))
    await server.until(() => open(server) === 1)
    expect(server.letters).toHaveLength(100)
  })

  it('more: what waits begins at once', async () => {
    const server = await aServer({ dot: { end: 'stall' } })
    const courier = aCourier(server, {}, { connections: 1 })
    const sent = [1, 2, 3].map((n) => courier.send(letterTo(n)))
    await server.until(() => server.letters.length === 1)
    courier.setConnections(3)
    await server.until(() => server.letters.length === 3)
    courier.abort()
    await Promise.all(sent)
  })

  it('none: letters wait until there are some', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 0 })
    const sent = courier.send(letterTo(1))
    expect(server.connections).toEqual([])
    courier.setConnections(1)
    expect(summary(await sent)).toBe('delivered')
  })
})

describe('a probe', () => {
  it('signs in, sends nothing and leaves the connection to the next letter', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    const report = await courier.probe()
    expect(report).toMatchObject({ happening: null, outcome: 'delivered', reply: '235 2.7.0 Accepted' })
    expect(report.stages.map(({ stage }) => stage)).toEqual(['tcp', 'greeting', 'ehlo', 'auth'])
    expect(summary(await courier.send(letterTo(1)))).toBe('delivered')
    expect(server.connections).toHaveLength(1)
  })

  it('signs in anew even where a connection stands', async () => {
    const server = await aServer((connection) => (connection === 0 ? {} : { AUTH: '535 5.7.8 No' }))
    const courier = aCourier(server)
    await courier.send(letterTo(1))
    expect(summary(await courier.probe())).toBe('misconfigured auth EAUTH 535')
    expect(server.signIns).toBe(2)
  })

  it('takes its turn among letters and keeps the limit', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    const reports: Promise<Report>[] = [courier.send(letterTo(1)), courier.probe(), courier.send(letterTo(2))]
    expect((await Promise.all(reports)).map(summary)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(server.connections).toHaveLength(2)
    expect(addresses(server)).toEqual(['<user-1@example.com>', '<user-2@example.com>'])
    expect(said(server, 'C: QUIT')).toBe(1)
  })
})

describe('the end', () => {
  it('close lets what is under way finish, gives back what waits, and says QUIT', async () => {
    const server = await aServer()
    const courier = aCourier(server, {}, { connections: 2 })
    const sent = [1, 2, 3, 4].map((n) => courier.send(letterTo(n)))
    await server.until(() => server.connections.length === 2)
    await courier.close()
    const outcomes = (await Promise.all(sent)).map(summary)
    expect(outcomes).toEqual(['delivered', 'delivered', 'deferred letter EABORTED', 'deferred letter EABORTED'])
    await server.until(() => open(server) === 0)
    expect([said(server, 'C: QUIT', 0), said(server, 'C: QUIT', 1)]).toEqual([1, 1])
    expect(server.letters).toHaveLength(2)
  })

  it('close without any connection is done at once, and twice is no harm', async () => {
    const courier = aCourier({ port: 25 })
    await Promise.all([courier.close(), courier.close()])
    await courier.close()
    expect(summary(await courier.send(letterTo(1)))).toBe('deferred letter EABORTED')
    expect(summary(await courier.probe())).toBe('deferred letter EABORTED')
  })

  it('close does not wait for a server that never answers QUIT', async () => {
    const server = await aServer({ QUIT: { end: 'stall' } })
    const courier = aCourier(server)
    await courier.send(letterTo(1))
    await courier.close()
    await server.until(() => open(server) === 0)
  })

  it.each([
    ['greeting', { greeting: { end: 'stall' } }, /^deferred (tcp|greeting) EABORTED$/, ''],
    ['ehlo', { EHLO: { end: 'stall' } }, /^deferred ehlo EABORTED$/, 'C: EHLO'],
    ['auth', { AUTH: { end: 'stall' } }, /^deferred auth EABORTED$/, 'C: AUTH'],
    ['mail', { MAIL: { end: 'stall' } }, /^deferred mail EABORTED$/, 'C: MAIL'],
    ['data', { DATA: { end: 'stall' } }, /^deferred data EABORTED$/, 'C: DATA'],
  ] as const)('abort at %s', async (_stage, script, expected, command) => {
    const server = await aServer({ extensions: ['AUTH PLAIN'], ...script })
    const courier = aCourier(server)
    const sent = courier.send(letterTo(1))
    const heard = () => server.connections[0]?.lines.some((line) => line.startsWith(command)) ?? false
    await server.until(() => (command === '' ? server.connections.length === 1 : heard()))
    courier.abort()
    expect(summary(await sent)).toMatch(expected)
    await server.until(() => open(server) === 0)
  })

  it('abort after the dot', async () => {
    const server = await aServer({ dot: { end: 'stall' } })
    const courier = aCourier(server)
    const sent = courier.send(letterTo(1))
    await server.until(() => server.letters.length === 1)
    courier.abort()
    expect(summary(await sent)).toBe('unknown dot EABORTED')
    await server.until(() => open(server) === 0)
  })
})
