import { describe, expect, it, onTestFinished } from 'vitest'
import { issuerOf } from '../../../src/core/domain/oauth2.ts'
import { settingsInForce } from '../../../src/core/domain/setting.ts'
import { openSetting } from '../../../src/core/secrets/seal.ts'
import type { Store } from '../../../src/core/store/port.ts'
import { keptRefreshToken } from '../../../src/daemon/oauth2/kept-refresh-token.ts'
import { makeHouse } from '../../support/posternd.ts'

const NAME = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'

describe('a renewed refresh token that the store does not take', () => {
  it('is used all the same, said in the log without being told, and saved the next time', async () => {
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    await house.set({ [NAME]: 'the one that was set' })
    const set = String((await house.store.get('setting', NAME))?.value)
    const issuer = issuerOf(settingsInForce(await house.store.settings()))
    let full = true
    const store = new Proxy<Store>(house.store, {
      get(target, name) {
        if (name === 'transact' && full) return () => Promise.reject(new Error('The disk is full.'))
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const lines: string[] = []
    const note = (...given: unknown[]) => void lines.push(JSON.stringify(given))
    const log = { info: note, warn: note, error: note }
    const token = keptRefreshToken({ set, issuer }, house.keys, { context: { ...house.context, store }, log })

    expect(await token.read()).toEqual({ ok: true, value: 'the one that was set' })
    await token.renew('the renewed one')
    expect(lines).toEqual([expect.stringContaining('it could not be saved')])
    expect(lines[0]).not.toContain('the renewed one')
    expect(await token.read()).toEqual({ ok: true, value: 'the renewed one' })
    expect((await house.store.get('setting', NAME))?.renewed).toBeUndefined()

    full = false
    expect(await token.read()).toEqual({ ok: true, value: 'the renewed one' })
    const row = await house.store.get('setting', NAME)
    expect(await openSetting(house.keys, NAME, row?.renewed ?? '')).toEqual({ ok: true, value: 'the renewed one' })
    expect(await token.read()).toEqual({ ok: true, value: 'the renewed one' })
    expect(lines).toHaveLength(3)
    expect(lines[2]).toContain('the new one is saved')
  })
})
