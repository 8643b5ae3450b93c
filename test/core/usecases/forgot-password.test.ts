import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE } from '../../../src/core/domain/time.ts'
import { confirmTestMail } from '../../../src/core/usecases/confirm-test-mail.ts'
import { readForgotPassword } from '../../../src/core/usecases/forgot-password.ts'
import { type SettingChange, setSettings } from '../../../src/core/usecases/settings.ts'
import { MONDAY } from '../../support/clock.ts'
import { PostOffice } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

const set = (name: SettingChange['name'], value: SettingChange['value']) =>
  setSettings(office.operator, [{ name, value, version: null }])
const missing = async () => (await readForgotPassword(office.store)).missing
const openPortal = () => office.set({ SERVICE_PORTAL_ENABLE: true, SERVICE_PORTAL_URL: 'https://portal.example.org' })
const tested = async () => office.settle(await office.claimTest(), 'delivered')

describe('letting people ask for links', () => {
  it('is refused as long as anything is missing, and what is missing is said', async () => {
    expect(await set('SERVICE_FORGOT_PASSWORD_ENABLE', true)).toEqual({
      kind: 'refused',
      refusals: [
        'SERVICE_FORGOT_PASSWORD_ENABLE cannot be turned on yet. SERVICE_PORTAL_ENABLE is false: set it to true. SERVICE_PORTAL_URL is not set: set it to the address of the portal. No test mail has succeeded yet: send one with "postern mail test ADDRESS".',
      ],
    })
    expect(await missing()).toHaveLength(3)
    await office.set({ SERVICE_PORTAL_ENABLE: true })
    expect(await missing()).toHaveLength(2)
    await office.set({ SERVICE_PORTAL_URL: 'https://portal.example.org' })
    expect(await missing()).toEqual([expect.stringMatching(/^No test mail has succeeded yet/)])
    expect(await set('SERVICE_FORGOT_PASSWORD_ENABLE', true)).toMatchObject({ kind: 'refused' })
    await tested()
    expect(await missing()).toEqual([])
    expect(await set('SERVICE_FORGOT_PASSWORD_ENABLE', true)).toMatchObject({ kind: 'done' })
  })

  it('may be saved in one go with the portal', async () => {
    await tested()
    const changes = {
      SERVICE_PORTAL_ENABLE: true,
      SERVICE_PORTAL_URL: 'http://localhost:8470',
      SERVICE_FORGOT_PASSWORD_ENABLE: true,
    }
    await office.set(changes)
    expect((await readForgotPassword(office.store)).enabled).toBe(true)
  })

  it.each(['deferred', 'refused', 'unknown', 'misconfigured', 'unreachable'] as const)(
    'takes more than a test letter that was %s',
    async (outcome) => {
      await openPortal()
      await office.settle(await office.claimTest(), outcome)
      expect(await missing()).toEqual([expect.stringMatching(/^No test mail/)])
    },
  )

  it('takes more than a letter of another kind that was delivered', async () => {
    await openPortal()
    await office.delivered()
    expect(await missing()).toEqual([expect.stringMatching(/^No test mail/)])
  })

  it('is not proven by a test letter that left under other mail settings', async () => {
    await openPortal()
    const claimed = await office.claimTest()
    const fingerprint = await office.fingerprint()
    await office.set({ SERVICE_MAIL_HOST: 'other.example.org' })
    await office.settle(claimed, 'delivered', { fingerprint })
    expect(await missing()).toEqual([expect.stringMatching(/^The mail settings were changed after the last test/)])
  })

  it('goes on while the mail settings change, with a warning until the next test letter', async () => {
    await office.openPortal()
    expect(await set('SERVICE_MAIL_CONNECTIONS', 7)).toMatchObject({ kind: 'done', warnings: [] })
    const changed = await set('SERVICE_MAIL_HOST', 'other.example.org')
    expect(changed).toMatchObject({
      kind: 'done',
      warnings: [expect.stringMatching(/^SERVICE_FORGOT_PASSWORD_ENABLE is true, and it is not known whether/)],
    })
    expect(await missing()).toHaveLength(1)
    await tested()
    expect(await missing()).toEqual([])
  })

  it.each([
    ['SERVICE_PORTAL_ENABLE', false],
    ['SERVICE_PORTAL_URL', ''],
  ] as const)('does not go with %s=%s: that is refused', async (name, value) => {
    await office.openPortal()
    expect(await set(name, value)).toEqual({
      kind: 'refused',
      refusals: [expect.stringMatching(/to false first: while it is true/)],
    })
    await office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    expect(await set(name, value)).toMatchObject({ kind: 'done' })
  })

  it('survives a restart, and a queue that closes and opens again', async () => {
    await openPortal()
    await tested()
    await office.reset(await office.addUser())
    await office.send('unreachable')
    await office.reopen()
    expect(await missing()).toEqual([])
  })
})

describe('that a test letter came in', () => {
  it('is asked for after each, and confirmed by an operator', async () => {
    expect(await confirmTestMail(office.operator)).toEqual({ kind: 'none' })
    await openPortal()
    await tested()
    const doubt = (await readForgotPassword(office.store)).unconfirmed
    expect(doubt).toMatch(/^The mail server took the test mail to olga@example\.org.*"postern mail confirm"\.$/)
    expect(await set('SERVICE_FORGOT_PASSWORD_ENABLE', true)).toMatchObject({ kind: 'done', warnings: [doubt] })
    office.clock.advance(MINUTE)
    expect(await confirmTestMail(office.operator)).toMatchObject({
      kind: 'confirmed',
      tested: { to: 'olga@example.org', at: MONDAY, confirmedAt: MONDAY + MINUTE },
    })
    expect((await readForgotPassword(office.store)).unconfirmed).toBeNull()
    office.clock.advance(MINUTE)
    const again = await confirmTestMail(office.operator)
    expect(again).toMatchObject({ kind: 'confirmed', tested: { confirmedAt: MONDAY + MINUTE } })
    await tested()
    expect((await readForgotPassword(office.store)).unconfirmed).toBe(doubt)
  })

  it('cannot be confirmed once the mail settings have changed', async () => {
    await tested()
    await office.set({ SERVICE_MAIL_HOST: 'other.example.org' })
    expect(await confirmTestMail(office.operator)).toMatchObject({ kind: 'changed-since' })
    expect((await readForgotPassword(office.store)).unconfirmed).toBeNull()
  })
})
