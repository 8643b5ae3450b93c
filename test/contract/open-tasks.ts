import { describe, expect, it } from 'vitest'
import { anActor, anEndedTask, anExecutingTask, aTask } from '../support/builders.ts'
import type { MakeWorld } from './store.ts'

export function describeOpenTasks(make: MakeWorld): void {
  describe('how many tasks of a kind have not ended', () => {
    it('is counted as they come, end, are taken back and go', async () => {
      await using world = await make()
      const [waiting, executing] = [aTask({ kind: 'reset-link' }), anExecutingTask({ kind: 'reset-link' })]
      const counts = async () => {
        const store = await world.look()
        return [await store.openTasks('reset-link'), await store.openTasks('reset-password')]
      }
      expect(await counts()).toEqual([0, 0])
      await world.store.transact(anActor, 'make', async (tx) => {
        for (const task of [waiting, executing, aTask(), anEndedTask({ kind: 'reset-link' })]) tx.put('task', task)
        expect(await tx.openTasks('reset-link')).toBe(2)
      })
      expect(await counts()).toEqual([2, 1])
      const failing = world.store.transact(anActor, 'fail', async (tx) => {
        tx.delete('task', waiting.id)
        throw new Error('on purpose')
      })
      await expect(failing).rejects.toThrow('on purpose')
      await world.store.transact(anActor, 'end', async (tx) =>
        tx.put('task', anEndedTask({ id: executing.id, kind: 'reset-link' })),
      )
      expect(await counts()).toEqual([1, 1])
      await world.store.transact(anActor, 'go', async (tx) => tx.delete('task', waiting.id))
      expect(await counts()).toEqual([0, 1])
    })
  })
}
