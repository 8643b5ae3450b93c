import { expect, it } from 'vitest'
import type { Credential } from '../../../../src/core/domain/credential.ts'
import { aCredential, anActor, aUser } from '../../../support/builders.ts'
import { StoreHouse } from '../../../support/store.ts'

it.each(['journal', 'snapshot'])(
  'a credential that an older version left in the %s has what it lacks as "none"',
  async (where) => {
    await using house = await StoreHouse.make()
    const { id } = aUser()
    const { link: _link, failures: _failures, failedAt: _failedAt, ...old } = aCredential(id, { hash: '$argon2id$old' })
    const store = await house.open()
    await store.transact(anActor, 'an older version', async (tx) => tx.put('credential', old as Credential))
    if (where === 'snapshot') await store.fold()
    await house.closeAll()
    const read = await (await house.open()).get('credential', id)
    expect(read).toEqual({ ...old, link: null, failures: 0, failedAt: null })
  },
)
