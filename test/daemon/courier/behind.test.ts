import { describe, expect, it } from 'vitest'
import type { Courier } from '../../../src/daemon/courier/courier.ts'
import type { Report } from '../../../src/daemon/courier/report.ts'
import type { Cut, Script, SmtpScript } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, summary } from './support.ts'

/** Short, and each unlike the others. */
const letterTo = (n: number) => aParcel(`user-${n}@example.com`, Buffer.from(`Subject: ${n}\r\n\r\nletter ${n}\r\n`))
const sendAll = (courier: Courier, letters: number) => [...Array(letters).keys()].map((n) => courier.send(letterTo(n)))
const summaries = async (sent: readonly Promise<Report>[]) => (await Promise.all(sent)).map(summary)
const copies = (server: SmtpScript, n: number) =>
  server.letters.filter(({ to }) => to[0] === `<user-${n}@example.com>`).length
/** How many letters have been announced on a connection: what came, whether or not it was answered. */
const announced = (server: SmtpScript, connection = 0) =>
  server.connections[connection]?.wire.toString('latin1').match(/^MAIL FROM/gm)?.length ?? 0

/** Answers no letter before it is told to. */
const HOLDS: Script = { dot: { hold: true } }
const SHORT = { extensions: ['PIPELINING', 'AUTH PLAIN'] }
const SOON = { deadlines: { behind: 100 } }

describe('a letter that waits is announced behind the one that leaves', () => {
  it('before that one has been answered', async () => {
    const server = await aServer(HOLDS)
    sendAll(aCourier(server), 3)
    await server.until(() => announced(server) === 2)
    expect(server.letters).toHaveLength(1)
  })

  it('but not where PIPELINING is not offered', async () => {
    const server = await aServer({ extensions: ['AUTH PLAIN'], dot: { say: '250 2.0.0 Ok', end: 'stall' } })
    const courier = aCourier(server)
    const [first] = sendAll(courier, 2)
    await first
    await server.until(() => server.letters.length === 1)
    expect(server.connections[0]?.wire.toString('latin1').split('\r\n.\r\n')[1]).toMatch(/^(MAIL FROM:<[^>]*>\r\n)?$/)
  })

  it('and each has its own conversation, as if it were alone', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    const together = await Promise.all(sendAll(courier, 4))
    expect(server.connections).toHaveLength(1)
    for (const [n, { conversation, reply, stages }] of together.entries()) {
      expect(conversation.split('\n').slice(-8)).toEqual([
        'C: MAIL FROM:<postern@example.org> SIZE=24',
        `C: RCPT TO:<user-${n}@example.com>`,
        'C: DATA',
        'S: 250 2.1.0 Sender ok',
        'S: 250 2.1.5 Recipient ok',
        'S: 354 Go ahead',
        'C: (letter, 24 bytes)',
        `S: 250 2.0.0 Ok: queued as ${n + 1}`,
      ])
      expect(reply).toBe(`250 2.0.0 Ok: queued as ${n + 1}`)
      expect(stages.map(({ stage }) => stage).slice(-4)).toEqual(['mail', 'rcpt', 'data', 'dot'])
    }
  })

  it('by the dispatcher too, which is asked for one when there is room', async () => {
    const server = await aServer(HOLDS)
    const asked: number[] = []
    const courier: Courier = aCourier(
      server,
      {},
      {
        room: () => {
          asked.push(server.connections.length)
          if (asked.length === 1) void courier.send(letterTo(1))
        },
      },
    )
    void courier.send(letterTo(0))
    await server.until(() => announced(server) === 2)
    expect(asked).toHaveLength(1)
  })

  it('although another connection is idle, which gets a letter, too', async () => {
    let answered = 0
    const server = await aServer({ dot: () => (++answered > 2 ? { hold: true } : '250 2.0.0 Ok') })
    const waiting = [letterTo(3), letterTo(4)]
    const courier: Courier = aCourier(
      server,
      {},
      {
        connections: 2,
        room: () => {
          const next = answered < 2 ? undefined : waiting.shift()
          if (next !== undefined) void courier.send(next)
        },
      },
    )
    await Promise.all(sendAll(courier, 2))
    void courier.send(letterTo(2))
    await server.until(() => announced(server, 0) + announced(server, 1) === 5)
    const carried = server.connections.map(({ wire }) => wire.toString('latin1').match(/(?<=RCPT TO:<user-)\d/g))
    // Else the one that was asked for its next letter would be the idle one from now on, and so on.
    expect(carried.find((letters) => letters?.includes('2'))).toContain('4')
    expect(carried.find((letters) => letters?.includes('3'))).not.toContain('4')
  })

  it.each([
    ['the letter', 'dot', '554 5.7.1 Spam', 'refused dot EMESSAGE 554'],
    ['its recipient', 'RCPT', '550 5.1.1 Unknown', 'refused rcpt EENVELOPE 550'],
  ] as const)(
    '%s is refused of one: the others go over the same connection',
    async (_what, verb, refusal, expected) => {
      let asked = 0
      const server = await aServer({ [verb]: () => (++asked === 2 ? refusal : '250 2.0.0 Ok') })
      const outcomes = await summaries(sendAll(aCourier(server), 4))
      expect(outcomes).toEqual(['delivered', expected, 'delivered', 'delivered'])
      expect(server.connections).toHaveLength(1)
    },
  )

  it('one that the server has said it cannot carry is not announced, and the others are', async () => {
    const server = await aServer({ extensions: ['PIPELINING', 'SIZE 100', 'AUTH PLAIN'] })
    const courier = aCourier(server)
    const large = aParcel('large@example.com', Buffer.from(`Subject: large\r\n\r\n${'x'.repeat(200)}\r\n`))
    const sent = [courier.send(letterTo(0)), courier.send(large), courier.send(letterTo(2))]
    expect(await summaries(sent)).toEqual(['delivered', 'refused mail EMESSAGE', 'delivered'])
    expect(server.connections).toHaveLength(1)
    expect(announced(server)).toBe(2)
  })
})

describe('the letter before goes wrong', () => {
  it.each([
    ['hangs up', { end: 'fin' }, 'unknown dot ECONNECTION'],
    ['resets the connection', { end: 'rst' }, 'unknown dot ESOCKET ECONNRESET'],
    ['says 421 and hangs up', { say: '421 4.3.2 Shutting down', end: 'fin' }, 'deferred dot EMESSAGE 421'],
    ['answers what is no answer', '399 What now?', 'unknown dot EMESSAGE 399'],
  ] as const)('the server %s: the next one goes over a new connection, unharmed', async (_how, dot, expected) => {
    const server = await aServer((connection) => (connection === 0 ? { dot } : {}))
    const outcomes = await summaries(sendAll(aCourier(server), 3))
    expect(outcomes).toEqual([expect.stringMatching(expected.split(' ', 2).join(' ')), 'delivered', 'delivered'])
    expect([0, 1, 2].map((n) => copies(server, n))).toEqual([1, 1, 1])
    expect(server.connections).toHaveLength(2)
  })

  it('one answer too many is not taken for the next letter', async () => {
    const twice = { raw: '250 2.0.0 Ok\r\n250 2.0.0 Ok again\r\n' }
    const server = await aServer((connection) => (connection === 0 ? { dot: twice } : {}))
    expect(await summaries(sendAll(aCourier(server), 2))).toEqual(['delivered', 'deferred data EPROTOCOL 250'])
    expect(copies(server, 1)).toBe(0)
  })

  it('sending is stopped: what was announced has not begun', async () => {
    const server = await aServer(HOLDS)
    const courier = aCourier(server)
    const sent = sendAll(courier, 2)
    await server.until(() => announced(server) === 2)
    courier.abort()
    expect(await summaries(sent)).toEqual(['unknown dot EABORTED', 'deferred letter EABORTED'])
  })

  it('closing waits for what was announced, too', async () => {
    const server = await aServer({ dot: '250 2.0.0 Ok' })
    const courier = aCourier(server)
    const sent = sendAll(courier, 3)
    await server.until(() => announced(server) === 2)
    await courier.close()
    expect(await summaries(sent)).toEqual([
      'delivered',
      'delivered',
      expect.stringMatching(/^(delivered|deferred letter EABORTED)$/),
    ])
    expect(server.connections[0]?.lines.at(-2)).toBe('C: QUIT')
  })
})

describe('the letter before goes wrong, and the next one cannot go on', () => {
  const LOST: Script = { dot: { say: '421 4.3.2 Shutting down', end: 'fin' } }

  it('one that the server cannot carry is judged by the next connection, and not by the end of this one', async () => {
    const server = await aServer((connection) => ({ ...SHORT, ...(connection === 0 ? LOST : {}) }))
    const courier = aCourier(server)
    const sent = [courier.send(letterTo(0)), courier.send(aParcel('bücher@example.com')), courier.send(letterTo(2))]
    expect(await summaries(sent)).toEqual(['deferred dot EMESSAGE 421', 'refused mail EUTF8', 'delivered'])
  })

  it('the settings have changed meanwhile: what was announced comes back untried', async () => {
    const server = await aServer(HOLDS)
    const courier = aCourier(server)
    const sent = sendAll(courier, 2)
    await server.until(() => announced(server) === 2)
    const closed = courier.close()
    server.connections[0]?.act({ say: '452 4.3.1 No room', end: 'rst' })
    await closed
    expect((await summaries(sent))[1]).toBe('deferred letter EABORTED')
    expect(server.connections).toHaveLength(1)
  })
})

describe('a letter meets what concerns all others', () => {
  it.each([
    ['at the dot', { dot: '550 5.7.60 You may not send as this sender' }, 'misconfigured dot EMESSAGE 550'],
    ['at MAIL', { MAIL: '450 4.7.1 Too many letters' }, 'deferred mail EENVELOPE 450'],
    ['at the sign-in', { AUTH: '535 5.7.8 Wrong password' }, 'misconfigured auth EAUTH 535'],
  ] as const)('%s: the others come back untried, announced or not', async (_where, script, expected) => {
    const server = await aServer(script)
    const back = 'deferred letter EABORTED'
    expect(await summaries(sendAll(aCourier(server), 4))).toEqual([expected, back, back, back])
    expect(server.connections).toHaveLength(1)
    expect(announced(server)).toBe('dot' in script ? 2 : 'MAIL' in script ? 1 : 0)
    expect(server.letters).toHaveLength('dot' in script ? 1 : 0)
  })

  it('those announced on other connections come back too, and what is under way there goes on', async () => {
    const server = await aServer(HOLDS)
    const sent = sendAll(aCourier(server, {}, { connections: 2 }), 4)
    await server.until(() => announced(server, 0) === 2 && announced(server, 1) === 2)
    const first = server.letters[0]?.to[0] === '<user-0@example.com>' ? 0 : 1
    server.connections[first]?.act('550 5.7.60 You may not send as this sender')
    const back = 'deferred letter EABORTED'
    expect(await summaries(sent.slice(2))).toEqual([back, back])
    server.connections[1 - first]?.act('250 2.0.0 Ok')
    expect((await summaries(sent.slice(0, 2))).toSorted()).toEqual(['delivered', 'misconfigured dot EMESSAGE 550'])
    expect(server.letters).toHaveLength(2)
    expect(server.connections).toHaveLength(2)
  })
})

describe('the letter before takes too long', () => {
  it('the next one goes over another connection, and the first is answered even so', async () => {
    const server = await aServer((connection) => (connection === 0 ? HOLDS : {}))
    const courier = aCourier(server, {}, SOON)
    const sent = sendAll(courier, 3)
    await server.until(() => announced(server) === 2)
    courier.setConnections(2)
    expect(await summaries(sent.slice(1))).toEqual(['delivered', 'delivered'])
    expect((await sent[1])?.conversation).toMatch(/^-- the letter before it took too long; on another connection:\n/)
    server.connections[0]?.act({ raw: '250 2.0.0 Ok\r\n250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go ahead\r\n' })
    const first = await sent[0]
    expect(first).toMatchObject({ outcome: 'delivered', reply: '250 2.0.0 Ok' })
    expect(first?.conversation).not.toContain('250 2.1.0 Ok')
    // The connection waits for a letter that does not come: it is not used again.
    await server.until(() => server.connections[0]?.open === false)
    expect([0, 1, 2].map((n) => copies(server, n))).toEqual([1, 1, 1])
  })

  it('without another connection it waits for its turn, before all others', async () => {
    const server = await aServer((connection) => (connection === 0 ? HOLDS : {}))
    const courier = aCourier(server, {}, SOON)
    const sent = sendAll(courier, 3)
    await server.until(() => announced(server) === 2)
    // It is withdrawn meanwhile; nothing shows that from outside.
    await new Promise((resolve) => setTimeout(resolve, 200))
    server.connections[0]?.act('250 2.0.0 Ok')
    expect(await summaries(sent)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(server.letters.map(({ to }) => to[0])).toEqual([0, 1, 2].map((n) => `<user-${n}@example.com>`))
    expect(server.connections).toHaveLength(2)
  })

  it('a server that loses what follows a letter is found out, once', async () => {
    const server = await aServer({ swallows: true })
    const sent = sendAll(aCourier(server, {}, SOON), 6)
    expect(await summaries(sent)).toEqual(Array(6).fill('delivered'))
    expect(server.connections).toHaveLength(2)
    expect([0, 1, 2, 3, 4, 5].map((n) => copies(server, n))).toEqual(Array(6).fill(1))
  })
})

describe('case 50: the link breaks after every single byte while letters follow one another', () => {
  it.each(['fin', 'rst'] as const)('%s: none is lost, none is sent twice, at most one is unknown', async (by: Cut) => {
    const whole = await aServer({ ...SHORT, dot: '250 2.0.0 Ok' })
    expect(await summaries(sendAll(aCourier(whole), 3))).toEqual(Array(3).fill('delivered'))
    const end = whole.connections[0]?.bytes ?? 0
    for (let after = 0; after <= end; after++) {
      const server = await aServer((connection) => ({
        ...SHORT,
        dot: '250 2.0.0 Ok',
        ...(connection === 0 ? { cut: { after, by } } : {}),
      }))
      const outcomes = (await Promise.all(sendAll(aCourier(server), 3))).map(({ outcome }) => outcome)
      const told = `after ${after} of ${end} bytes: ${outcomes.join(', ')}`
      expect(outcomes.filter((outcome) => outcome === 'unknown').length, told).toBeLessThanOrEqual(1)
      // One that meets no server holds back the others; else they go over the next connection.
      const spared = outcomes.includes('unreachable') ? 0 : 2
      expect(outcomes.filter((outcome) => outcome === 'delivered').length, told).toBeGreaterThanOrEqual(spared)
      for (const [n, outcome] of outcomes.entries()) {
        if (outcome === 'delivered') expect(copies(server, n), told).toBe(1)
        else if (outcome === 'unknown') expect(copies(server, n), told).toBeLessThanOrEqual(1)
        else expect(copies(server, n), told).toBe(0)
      }
    }
  })
})
