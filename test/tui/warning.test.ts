import { describe, expect, it } from 'vitest'
import type { Happening } from '../../src/core/domain/outcome.ts'
import { NEW_QUEUE } from '../../src/core/domain/queue.ts'
import { MINUTE } from '../../src/core/domain/time.ts'
import { inert } from '../../src/core/text/inert.ts'
import { cellsOf } from '../../src/core/text/width.ts'
import { silentSince, warningOf } from '../../src/tui/warning.ts'
import { MONDAY } from '../support/clock.ts'
import { aModel } from './a-model.ts'

const happened = (given: Partial<Happening>): Happening => ({
  stage: 'auth',
  code: null,
  originalCode: null,
  replyCode: null,
  enhancedCode: null,
  reply: null,
  ...given,
})

const CAUSES: readonly (readonly [happening: Happening, setting: string])[] = [
  [happened({ code: 'EAUTH', replyCode: 535, enhancedCode: '5.7.8', reply: 'no' }), 'MAIL_PASSWORD'],
  [happened({ stage: 'tcp', code: 'ESOCKET', originalCode: 'ECONNREFUSED' }), 'MAIL_PORT'],
  [happened({ stage: 'dns', code: 'EDNS', originalCode: 'ENOTFOUND' }), 'MAIL_HOST'],
]

const warned = (columns: number, state: 'off' | 'paused' | 'unreachable', cause: Happening | null): string => {
  const queue = {
    ...NEW_QUEUE,
    state: state === 'off' ? ('open' as const) : state,
    cause,
    nextProbeAt: MONDAY + 14 * MINUTE,
  }
  return warningOf(aModel({ columns, daemon: undefined, mail: { state, queue, held: 3 } }))?.text ?? ''
}

describe('the line of warnings', () => {
  it.each(CAUSES)('says what is wrong and names the setting in full, even in sixty columns: %j', (cause, setting) => {
    for (const state of ['paused', 'unreachable'] as const) {
      for (const columns of [60, 61, 72, 80, 100, 140]) {
        const text = warned(columns, state, cause)
        expect(cellsOf(inert(text))).toBeLessThanOrEqual(columns - 3)
        expect(text).toMatch(state === 'paused' ? /^Mail is paused/ : /^The mail server cannot|^Mail server not/)
        expect(text).toMatch(new RegExp(`f: (5 Setting › )?${setting}$`))
      }
    }
  })

  it('says more where there is more room', () => {
    const [cause] = CAUSES[0] ?? expect.fail()
    expect(warned(60, 'paused', cause)).toBe('Mail is paused: 535 5.7.8.  f: 5 Setting › MAIL_PASSWORD')
    expect(warned(140, 'paused', cause)).toMatch(
      /^Mail is paused: Username and Password not accepted \(535 5\.7\.8\)\. .*f: 5 Setting › MAIL_PASSWORD$/,
    )
    expect(warned(60, 'off', null)).toBe('Mail is off: letters are held.  f: MAIL_ENABLE')
  })

  it('says it of a daemon that has fallen silent, the same words from minute to minute', () => {
    const daemon = { pid: 1, version: '', startedAt: '', seenAt: new Date(MONDAY - 3 * MINUTE).toISOString() }
    const said = (columns: number, now = MONDAY) => warningOf(aModel({ columns, daemon, now }))?.text
    expect(said(60)).toBe('The daemon has fallen silent: start it again.')
    expect(said(80)).toMatch(/^The daemon has fallen silent: letters may wait until/)
    expect(said(80, MONDAY + MINUTE)).toBe(said(80))
    expect(said(80, MONDAY - 2 * MINUTE)).toBeUndefined()
  })

  it('is whole in sixty columns when there is no daemon', () => {
    expect(warningOf(aModel({ columns: 60, daemon: null }))?.text).toBe(
      'No daemon: letters wait until posternd is started.',
    )
  })
})

it('a daemon is silent when its heartbeat is older than it ever is, and not when it has only just begun', () => {
  const seen = (ago: number) => ({ seenAt: new Date(MONDAY - ago).toISOString() })
  expect(silentSince(seen(MINUTE), MONDAY)).toBeNull()
  expect(silentSince(seen(3 * MINUTE), MONDAY)).toBe(MONDAY - 3 * MINUTE)
  expect(silentSince({ seenAt: '' }, MONDAY)).toBeNull()
})
