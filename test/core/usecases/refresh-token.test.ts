import { describe, expect, it } from 'vitest'
import { issuerOf } from '../../../src/core/domain/oauth2.ts'
import { settingsInForce } from '../../../src/core/domain/setting.ts'
import { refreshTokenInForce, renewRefreshToken } from '../../../src/core/usecases/refresh-token.ts'
import { setSettings } from '../../../src/core/usecases/settings.ts'
import { anActor, aQueue } from '../../support/builders.ts'
import { makeHouse } from '../../support/posternd.ts'

const NAME = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'
const daemon = { name: 'posternd', uid: 999, door: 'daemon', address: null } as const

async function aHouse(value: string) {
  const house = await makeHouse()
  await setSettings(house.context, [{ name: NAME, value, version: null }])
  const issuer = issuerOf(settingsInForce(await house.store.settings()))
  return { house, issuer, asDaemon: { ...house.context, actor: daemon }, [Symbol.asyncDispose]: () => house.remove() }
}

describe('a refresh token that its provider renews', () => {
  it('the last one given is in force, for the one that was set and for no other', async () => {
    await using scene = await aHouse('sealed:set')
    const { store } = scene.house
    expect(await refreshTokenInForce(store, 'sealed:set')).toBe('sealed:set')
    expect(await renewRefreshToken(scene.asDaemon, { set: 'sealed:set', issuer: scene.issuer }, 'sealed:one')).toBe(
      true,
    )
    expect(await renewRefreshToken(scene.asDaemon, { set: 'sealed:set', issuer: scene.issuer }, 'sealed:two')).toBe(
      true,
    )
    expect(await refreshTokenInForce(store, 'sealed:set')).toBe('sealed:two')
    expect(await refreshTokenInForce(store, 'sealed:of a check')).toBe('sealed:of a check')
  })

  it('an operator sets another one meanwhile: the renewed one is nothing any more', async () => {
    await using scene = await aHouse('sealed:old')
    const { store, context } = scene.house
    await setSettings(context, [{ name: NAME, value: 'sealed:new', version: null }])
    expect(
      await renewRefreshToken(scene.asDaemon, { set: 'sealed:old', issuer: scene.issuer }, 'sealed:renewed old'),
    ).toBe(false)
    expect(await refreshTokenInForce(store, 'sealed:new')).toBe('sealed:new')
  })

  it('what another than the provider in force gave in its place is not kept', async () => {
    await using scene = await aHouse('sealed:set')
    const { store, context } = scene.house
    await setSettings(context, [{ name: 'SERVICE_MAIL_OAUTH2_CLIENT_ID', value: 'another client', version: null }])
    expect(await renewRefreshToken(scene.asDaemon, { set: 'sealed:set', issuer: scene.issuer }, 'sealed:one')).toBe(
      false,
    )
    expect(await refreshTokenInForce(store, 'sealed:set')).toBe('sealed:set')
  })

  it('an operator who edits the setting at the same time is not told that somebody else did', async () => {
    await using scene = await aHouse('sealed:set')
    const seen = await scene.house.store.get('setting', NAME)
    await renewRefreshToken(scene.asDaemon, { set: 'sealed:set', issuer: scene.issuer }, 'sealed:renewed')
    const edit = { name: NAME, value: 'sealed:edited', version: seen?.version ?? null } as const
    expect(await setSettings({ ...scene.house.context, actor: anActor }, [edit])).toMatchObject({ kind: 'done' })
    expect(await scene.house.store.get('setting', NAME)).toMatchObject({ value: 'sealed:edited', changedBy: 'olga' })
  })

  it('a paused queue is not probed for it', async () => {
    await using scene = await aHouse('sealed:set')
    const { store } = scene.house
    const paused = aQueue({ state: 'paused', nextProbeAt: 999, failedProbes: 2 })
    await store.transact(daemon, 'test', async (tx) => tx.put('queue', paused))
    await renewRefreshToken(scene.asDaemon, { set: 'sealed:set', issuer: scene.issuer }, 'sealed:renewed')
    expect(await store.get('queue', 'mail')).toEqual(paused)
  })
})
