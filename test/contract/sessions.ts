import { describe, expect, it } from 'vitest'
import type { Session } from '../../src/core/domain/session.ts'
import { HOUR, MINUTE } from '../../src/core/domain/time.ts'
import { anActor, aSession, aUser } from '../support/builders.ts'
import type { MakeWorld } from './store.ts'

const hashes = (sessions: readonly Session[]) => sessions.map(({ hash }) => hash).sort()

export function describeSessions(make: MakeWorld): void {
  describe('sessions', () => {
    it('are found by the user they are of, by what reads and by what writes', async () => {
      await using world = await make()
      const [ann, bob] = [aUser(), aUser()]
      const [first, second, other] = [
        aSession({ user: ann.id }),
        aSession({ user: ann.id }),
        aSession({ user: bob.id }),
      ]
      await world.store.transact(anActor, 'sign in', async (tx) => {
        for (const session of [first, second, other]) tx.put('session', session)
        expect(hashes(await tx.sessionsOf(ann.id))).toEqual(hashes([first, second]))
      })
      const store = await world.look()
      expect(await store.get('session', first.hash)).toEqual(first)
      expect(hashes(await store.sessionsOf(ann.id))).toEqual(hashes([first, second]))
      expect(await store.sessionsOf(bob.id)).toEqual([other])
      expect(await store.sessionsOf(aUser().id)).toEqual([])
    })

    it('that are changed are found once, and those that are gone are not', async () => {
      await using world = await make()
      const session = aSession()
      await world.store.transact(anActor, 'sign in', async (tx) => tx.put('session', session))
      const seen = { ...session, seenAt: session.seenAt + MINUTE }
      await world.store.transact(anActor, 'seen', async (tx) => tx.put('session', seen))
      expect(await (await world.look()).sessionsOf(session.user)).toEqual([seen])
      await world.store.transact(anActor, 'sign out', async (tx) => tx.delete('session', session.hash))
      expect(await (await world.look()).sessionsOf(session.user)).toEqual([])
    })

    it('that a failed transaction put or ended are as they were', async () => {
      await using world = await make()
      const session = aSession()
      await world.store.transact(anActor, 'sign in', async (tx) => tx.put('session', session))
      const failing = world.store.transact(anActor, 'fail', async (tx) => {
        tx.delete('session', session.hash)
        tx.put('session', aSession({ user: session.user }))
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow('on purpose')
      expect(await (await world.look()).sessionsOf(session.user)).toEqual([session])
    })

    it('that are over are given some at a time: idle for half an hour, or half a day old', async () => {
      await using world = await make()
      const now = world.store.now()
      const idle = aSession({ createdAt: now - HOUR, seenAt: now - 30 * MINUTE })
      const old = aSession({ createdAt: now - 12 * HOUR, seenAt: now })
      const lively = aSession({ createdAt: now - 12 * HOUR + 1, seenAt: now - 30 * MINUTE + 1 })
      await world.store.transact(anActor, 'sign in', async (tx) => {
        for (const session of [idle, old, lively]) tx.put('session', session)
      })
      await world.store.transact(anActor, 'retire', async (tx) => {
        expect(hashes(await tx.sessionsOver({ now, limit: 10 }))).toEqual(hashes([idle, old]))
        expect(await tx.sessionsOver({ now, limit: 1 })).toHaveLength(1)
        expect(await tx.sessionsOver({ now: now - HOUR, limit: 10 })).toEqual([])
      })
    })
  })
}
