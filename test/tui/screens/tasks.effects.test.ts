import { expect, it } from 'vitest'
import { performTasks } from '../../../src/tui/screens/tasks/tasks.effects.ts'
import { ORDERS } from '../../../src/tui/screens/tasks/tasks.state.ts'
import { anActor, aTask, aUser, ids } from '../../support/builders.ts'
import { StoreHouse } from '../../support/store.ts'

it('finds the tasks of one user by the whole name or address, and not those of another whose name has it in it', async () => {
  await using house = await StoreHouse.make()
  const store = await house.open()
  const [ann, joann] = [aUser({ username: 'ann' }), aUser({ username: 'joann' })]
  await store.transact(anActor, 'users.import', async (tx) => {
    for (const user of [ann, joann]) {
      tx.put('user', user)
      tx.put('task', aTask({ user }))
    }
  })
  const [order] = ORDERS
  const ask = { ticket: 1, place: { kind: 'start' }, limit: 10, again: false } as const
  const world = { store, context: { store, actor: anActor, ids }, data: house.data, trouble: () => null }
  const found = async (filter: string) => {
    const msg = await performTasks({ kind: 'read', ask, filter, order: order ?? expect.fail('no order') }, world)
    return msg.kind === 'rows' ? msg.slice.items.map(({ user }) => user?.username) : expect.fail(msg.kind)
  }
  expect(await found('ann')).toHaveLength(2)
  expect(await found('user:ann')).toEqual(['ann'])
  expect(await found(`user:${ann.email}`)).toEqual(['ann'])
  expect(await found('!user:ann')).toEqual(['joann'])
  expect(await found('!user:nobody')).toHaveLength(2)
  expect(await found('!joann')).toEqual(['ann'])
  expect(await found('user:nobody')).toEqual([])
  expect(await found('to:ANN')).toHaveLength(2)
  expect(await found('to:joann')).toEqual(['joann'])
  expect(await found('!to:joann')).toEqual(['ann'])
  const toMark = await performTasks({ kind: 'read-to-mark', filter: '!to:joann', order: ORDERS[0] }, world)
  expect(toMark).toMatchObject({ first: { rows: [{ user: { username: 'ann' } }], isMore: false } })
})
