import { describe, expect, it } from 'vitest'
import type { Keys } from '../../src/core/store/port.ts'
import {
  aCheck,
  aCredential,
  anActor,
  anUnknownSetting,
  aQueue,
  aSetting,
  aTask,
  aTemplate,
  aUser,
} from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import type { MakeWorld } from './store.ts'

export function describeReads(make: MakeWorld): void {
  describe('rows', () => {
    it('are found by their keys, in every table, and are as they were put', async () => {
      await using world = await make()
      const user = aUser({ username: 'ann' })
      const rows = {
        user,
        credential: aCredential(user.id, { hash: '$argon2id$v=19$…' }),
        task: aTask({ user }),
        setting: aSetting({ value: 'ünïcode "quoted" \n\u2028 😀' }),
        queue: aQueue({ state: 'paused' }),
        template: aTemplate(),
      }
      await world.store.transact(anActor, 'everything.put', async (tx) => {
        tx.put('user', rows.user)
        tx.put('credential', rows.credential)
        tx.put('task', rows.task)
        tx.put('setting', rows.setting)
        tx.put('queue', rows.queue)
        tx.put('template', rows.template)
      })
      const store = await world.look()
      expect(await store.get('user', user.id)).toEqual(rows.user)
      expect(await store.get('credential', user.id)).toEqual(rows.credential)
      expect(await store.get('task', rows.task.id)).toEqual(rows.task)
      expect(await store.get('setting', rows.setting.name)).toEqual(rows.setting)
      expect(await store.get('queue', 'mail')).toEqual(rows.queue)
      expect(await store.get('template', rows.template.hash)).toEqual(rows.template)
    })

    it('that are not there are undefined, and so are deleted ones', async () => {
      await using world = await make()
      const user = aUser()
      expect(await (await world.look()).get('user', user.id)).toBeUndefined()
      await world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))
      expect(await (await world.look()).get('user', user.id)).toEqual(user)
      await world.store.transact(anActor, 'users.delete', async (tx) => tx.delete('user', user.id))
      const store = await world.look()
      expect(await store.get('user', user.id)).toBeUndefined()
      expect(await store.userByUsername(user.usernameKey)).toBeUndefined()
      expect((await store.users({ limit: 10 })).items).toEqual([])
    })

    it('whose keys are __proto__ and constructor are rows like any other', async () => {
      await using world = await make()
      const names = ['__proto__', 'constructor', 'toString', 'SERVICE_FROM_THE_FUTURE']
      expect(await (await world.look()).get('setting', '__proto__')).toBeUndefined()
      expect(await (await world.look()).get('user', 'constructor' as Keys['user'])).toBeUndefined()
      await world.store.transact(anActor, 'settings.set', async (tx) => {
        for (const name of names) tx.put('setting', anUnknownSetting(name))
      })
      const store = await world.look()
      for (const name of names) expect(await store.get('setting', name)).toEqual(anUnknownSetting(name))
      expect((await store.settings()).map(({ name }) => name).sort()).toEqual([...names].sort())
      expect(({} as Record<string, unknown>).value).toBeUndefined()
    })
  })

  describe('a user', () => {
    it('is found by username, address and what the username looks like', async () => {
      await using world = await make()
      const user = aUser({ username: 'аdmin', email: 'Ann@bücher.example' })
      await world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))
      const store = await world.look()
      expect(await store.userByUsername('аdmin')).toEqual(user)
      expect(await store.userByAddress('ann@xn--bcher-kva.example')).toEqual(user)
      expect(await store.userBySkeleton('admin')).toEqual(user)
      expect(await store.userByUsername('admin')).toBeUndefined()
      expect(await store.userByAddress('Ann@bücher.example')).toBeUndefined()
    })

    it('is found by the new name and address alone once they were changed', async () => {
      await using world = await make()
      const user = aUser({ username: 'оld', email: 'old@example.org' })
      const renamed = aUser({ id: user.id, username: 'new', email: 'new@example.org' })
      await world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))
      await world.look()
      await world.store.transact(anActor, 'users.edit', async (tx) => tx.put('user', renamed))
      const store = await world.look()
      expect(await store.userByUsername('new')).toEqual(renamed)
      expect(await store.userByAddress('new@example.org')).toEqual(renamed)
      expect(await store.userByUsername('оld')).toBeUndefined()
      expect(await store.userByAddress('old@example.org')).toBeUndefined()
      expect(await store.userBySkeleton('old')).toBeUndefined()
      expect((await store.users({ limit: 10 })).items).toEqual([renamed])
    })

    it('keeps a name that another one has let go of: two swap theirs', async () => {
      await using world = await make()
      const ann = aUser({ username: 'ann', email: 'ann@example.org' })
      const bob = aUser({ username: 'bob', email: 'bob@example.org' })
      const swapped = [
        { ...ann, usernameKey: 'bob', addressKey: 'bob@example.org' },
        { ...bob, usernameKey: 'ann', addressKey: 'ann@example.org' },
      ]
      await world.store.transact(anActor, 'users.add', async (tx) => {
        for (const user of [ann, bob]) tx.put('user', user)
      })
      await world.store.transact(anActor, 'users.swap', async (tx) => {
        for (const user of swapped) tx.put('user', user)
      })
      const store = await world.look()
      expect((await store.userByUsername('ann'))?.id).toBe(bob.id)
      expect((await store.userByUsername('bob'))?.id).toBe(ann.id)
      expect((await store.userByAddress('ann@example.org'))?.id).toBe(bob.id)
      expect((await store.userByAddress('bob@example.org'))?.id).toBe(ann.id)
    })
  })

  describe('checks', () => {
    it('come the oldest first, and a transaction sees its own', async () => {
      await using world = await make()
      const [late, early] = [aCheck({ at: MONDAY + 1 }), aCheck()]
      const before = await world.store.transact(anActor, 'mail.check', async (tx) => {
        tx.put('check', late)
        tx.put('check', early)
        tx.put('check', { ...late, status: 'executing' })
        return tx.checks()
      })
      expect(before).toEqual([early, { ...late, status: 'executing' }])
      expect(await (await world.look()).checks()).toEqual(before)
      await world.store.transact(anActor, 'check.withdraw', async (tx) => tx.delete('check', early.id))
      expect((await (await world.look()).checks()).map(({ id }) => id)).toEqual([late.id])
    })
  })

  describe('an id is resolved by its beginning', () => {
    it.each([
      ['none', 'no task begins so', 'zz', { kind: 'none' }],
      ['one', 'one task begins so', 'aab', { kind: 'one', id: 'aab0000000000000' }],
      ['several', 'several begin so', 'aa', { kind: 'several' }],
      ['exact', 'it is a whole id, though another begins with it', 'aac', { kind: 'one', id: 'aac' }],
    ])('%s: %s', async (_, __, prefix, expected) => {
      await using world = await make()
      const names = ['aab0000000000000', 'aac', 'aac0000000000000', 'b000000000000000'] as Keys['task'][]
      await world.store.transact(anActor, 'tasks.put', async (tx) => {
        for (const id of names) tx.put('task', aTask({ id }))
        for (const id of names) tx.put('user', { ...aUser(), id: id as string as Keys['user'] })
      })
      expect(await (await world.look()).resolveTask(prefix)).toEqual(expected)
      expect(await (await world.look()).resolveUser(prefix)).toEqual(expected)
    })
  })
}
