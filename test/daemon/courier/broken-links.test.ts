import { describe, expect, it } from 'vitest'
import type { Cut } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, MESSAGE } from './support.ts'

const SHORT = ['8BITMIME', 'AUTH PLAIN']
const dot = '250 2.0.0 Ok'

/** Where in the whole conversation, in bytes, the server has asked for the letter and has acknowledged it. */
async function landmarks(extensions: readonly string[]) {
  const server = await aServer({ extensions, dot })
  const courier = aCourier(server)
  expect((await courier.send(aParcel())).outcome).toBe('delivered')
  const end = server.connections[0]?.bytes ?? 0
  const acknowledgement = `${dot}\r\n`.length
  // The letter with one dot stuffed, and the final dot.
  const letter = MESSAGE.length + 1 + '.\r\n'.length
  return { asked: end - acknowledgement - letter, end }
}

describe('case 50: the link breaks after every single byte of the conversation', () => {
  it.each([
    ['fin', SHORT],
    ['rst', SHORT],
    ['fin', ['PIPELINING', ...SHORT]],
    ['rst', ['PIPELINING', ...SHORT]],
  ] as const)('%s, %j: delivered only with the 250, unknown only after the dot', async (by: Cut, extensions) => {
    const { asked, end } = await landmarks(extensions)
    const server = await aServer((connection) => ({ extensions, dot, cut: { after: connection, by } }))
    for (let after = 0; after <= end; after++) {
      // Each letter a courier of its own, so that connection and bytes go together.
      const { outcome, happening } = await aCourier(server).send(aParcel())
      const connection = server.connections[after]
      await server.until(() => connection?.open === false)
      if (connection?.wire.includes('\r\n.\r\n')) expect(outcome).toMatch(/unknown|delivered/)
      const told = `after ${after} bytes: ${outcome} ${happening?.stage} ${happening?.code}`
      if (after < asked) expect(told).toMatch(/: (unreachable|deferred) /)
      // The request for the letter and the end of the link have come together: which is seen first?
      else if (after === asked) expect(told).toMatch(/: (deferred data|unknown dot) /)
      else if (after < end) expect(told).toMatch(/: unknown dot /)
      // The last byte has been sent, but a reset may overtake it.
      else expect(told).toMatch(by === 'fin' ? /: delivered / : /: (delivered|unknown) /)
    }
    expect(server.connections).toHaveLength(end + 1)
  })

  it('and so it is when the server falls silent instead', async () => {
    const { asked, end } = await landmarks(SHORT)
    const server = await aServer((connection) => ({ extensions: SHORT, dot, cut: { after: connection, by: 'stall' } }))
    const deadlines = { greeting: 1000, ehlo: 1000, auth: 1000, mail: 1000, rcpt: 1000, data: 1000, dot: 1000 }
    // All at once: each waits for its deadline.
    const reports = []
    for (let after = 0; after <= end; after++) {
      reports.push(aCourier(server, {}, { deadlines }).send(aParcel()))
      await server.until(() => server.connections.length === after + 1)
    }
    const outcomes = (await Promise.all(reports)).map(({ outcome }) => outcome)
    expect(new Set(outcomes.slice(0, asked))).toEqual(new Set(['unreachable', 'deferred']))
    expect(new Set(outcomes.slice(asked, end))).toEqual(new Set(['unknown']))
    expect(outcomes[end]).toBe('delivered')
  })
})

describe('a letter that is larger than what the sockets buffer', () => {
  const LARGE = Buffer.from(`Subject: large\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(200_000)}`)

  it('arrives whole', async () => {
    const server = await aServer({ extensions: SHORT })
    expect((await aCourier(server).send(aParcel('user@example.com', LARGE))).outcome).toBe('delivered')
    expect(server.letters[0]?.bytes.equals(LARGE)).toBe(true)
  })

  it('is not unknown when the link breaks before its end has left', async () => {
    const server = await aServer({ extensions: SHORT, DATA: { say: '354 Go ahead', end: 'block' } })
    const courier = aCourier(server)
    const sent = courier.send(aParcel('user@example.com', LARGE))
    await server.until(() => server.connections[0]?.lines.includes('S: 354 Go ahead') ?? false)
    server.connections[0]?.act({ end: 'rst' })
    const { outcome, happening, conversation } = await sent
    expect({ outcome, stage: happening?.stage }).toEqual({ outcome: 'deferred', stage: 'data' })
    expect(conversation).toMatch(/C: \(letter, broken off before its end\)$/)
  })

  it('is not delivered when the server says 250 before it has it, and the rest of it does not follow', async () => {
    const server = await aServer({
      extensions: SHORT,
      DATA: { say: '354 Go ahead\n250 2.0.0 Thank you', end: 'stall' },
    })
    const report = await aCourier(server).send(aParcel('user@example.com', LARGE))
    expect(report).toMatchObject({ outcome: 'deferred', happening: { stage: 'data', code: 'EPROTOCOL' } })
    await server.until(() => server.connections[0]?.open === false)
    expect(server.letters).toEqual([])
  })

  it('is refused early without the rest of it following', async () => {
    const server = await aServer({
      extensions: SHORT,
      DATA: { say: '354 Go ahead\n552 5.3.4 Too large', end: 'stall' },
    })
    const report = await aCourier(server).send(aParcel('user@example.com', LARGE))
    expect(report).toMatchObject({ outcome: 'refused', happening: { stage: 'data', replyCode: 552 } })
    await server.until(() => server.connections[0]?.open === false)
    expect(server.letters).toEqual([])
  })
})
