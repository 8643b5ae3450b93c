import { describe, expect, it } from 'vitest'
import { Watchdog } from '../../../src/daemon/courier/deadline.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, summary } from './support.ts'

const stall = { end: 'stall' } as const
const PLAIN = ['AUTH PLAIN']

describe('case 45: each stage has a deadline of its own', () => {
  const CASES: readonly (readonly [string, Script, string])[] = [
    ['greeting', { greeting: stall }, 'unreachable greeting ETIMEDOUT GREETING_TIMEOUT'],
    ['ehlo', { EHLO: stall }, 'unreachable ehlo ETIMEDOUT EHLO_TIMEOUT'],
    ['tls', { STARTTLS: { raw: '220 go\r\n', end: 'stall' } }, 'unreachable tls ETIMEDOUT UPGRADE_TIMEOUT'],
    ['auth', { AUTH: stall }, 'unreachable auth ETIMEDOUT AUTH_TIMEOUT'],
    ['mail', { MAIL: stall }, 'deferred mail ETIMEDOUT MAIL_TIMEOUT'],
    ['rcpt', { extensions: PLAIN, RCPT: stall }, 'deferred rcpt ETIMEDOUT RCPT_TIMEOUT'],
    ['data', { extensions: PLAIN, DATA: stall }, 'deferred data ETIMEDOUT DATA_TIMEOUT'],
    ['dot', { dot: stall }, 'unknown dot ETIMEDOUT DOT_TIMEOUT'],
  ]
  it.each(CASES)('%s', async (stage, script, expected) => {
    const server = await aServer(script)
    const courier = aCourier(server, { tls: stage === 'tls' }, { deadlines: { [stage]: 50 } })
    expect(summary(await courier.send(aParcel()))).toBe(expected)
    await server.until(() => server.connections[0]?.open === false)
  })

  it('case 44: connect: an address that does not answer', async () => {
    // TEST-NET-1 (RFC 5737): nothing is there; a machine without a network says so even sooner.
    const courier = aCourier({ port: 587 }, { host: '192.0.2.1', signIn: null }, { deadlines: { connect: 50 } })
    expect(summary(await courier.send(aParcel()))).toMatch(/^unreachable tcp (ETIMEDOUT CONNECT_TIMEOUT|ESOCKET)/)
  })
})

describe('case 45: a server that keeps talking without coming to an end', () => {
  it.each([
    ['one byte now and then', 'x'],
    ['line after line of one reply', '220-still thinking\r\n'],
    ['empty lines', '\r\n'],
  ])('%s: the deadline of the stage stands, and other letters pass', async (_what, drip) => {
    const server = await aServer((connection) => (connection === 0 ? { greeting: { raw: drip } } : {}))
    const courier = aCourier(server, {}, { connections: 2, deadlines: { greeting: 500 } })
    const slow = courier.send(aParcel())
    await server.until(() => server.connections.length === 1)
    const dripping = setInterval(() => server.connections[0]?.act({ raw: drip }), 5)
    expect(summary(await courier.send(aParcel('other@example.com')))).toBe('delivered')
    expect(summary(await slow)).toBe('unreachable greeting ETIMEDOUT GREETING_TIMEOUT')
    clearInterval(dripping)
  })
})

describe('the watchdog', () => {
  it('goes off once, at the last deadline it was given', async () => {
    const started = performance.now()
    const wentOffAfter = await new Promise<number>((resolve) => {
      const watchdog = new Watchdog(() => resolve(performance.now() - started))
      watchdog.arm(10_000)
      watchdog.arm(5)
      watchdog.arm(40)
    })
    expect(wentOffAfter).toBeGreaterThanOrEqual(38)
  })

  it('does not go off while it rests, and can be armed again', async () => {
    let expired = 0
    await new Promise<void>((resolve) => {
      const watchdog = new Watchdog(() => {
        expired++
        resolve()
      })
      watchdog.arm(5)
      watchdog.rest()
      setTimeout(() => {
        expect(expired).toBe(0)
        watchdog.arm(5)
      }, 30)
    })
    expect(expired).toBe(1)
  })
})
