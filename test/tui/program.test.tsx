import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreError } from '../../src/core/store/error.ts'
import { anActor, aTask } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { StoreHouse } from '../support/store.ts'
import { play } from './support/in-memory.tsx'

/** A store with that many tasks, one after the other due. */
async function aStore(tasks: number) {
  const house = await StoreHouse.make()
  onTestFinished(() => house[Symbol.asyncDispose]())
  const store = await house.open()
  await store.transact(anActor, 'test', async (tx) => {
    for (let at = 0; at < tasks; at++) tx.put('task', aTask({ to: `p${at}@example.org`, dueAt: MONDAY + at * 60_000 }))
  })
  return { house, store }
}

describe('the console on a store', () => {
  it('shows what another process commits, without being asked', async () => {
    const { house, store } = await aStore(3)
    const console = play(store, house.data)
    await console.sees('1 of 3')
    const other = await house.open()
    await other.transact(anActor, 'test', async (tx) => tx.put('task', aTask({ to: 'late@example.org' })))
    await console.sees('late@example.org')
    await console.sees('of 4')
  })

  it('draws once for five keys that come at once, and loses none of them', async () => {
    const { house, store } = await aStore(30)
    const console = play(store, house.data)
    await console.sees('1 of 30')
    const before = console.frames()
    console.press('j', 'j', 'j', 'j', 'j')
    await console.sees('6 of 30')
    expect(console.frames() - before).toBe(1)
  })

  it('owes the keys that come before the first row is there', async () => {
    const { house, store } = await aStore(30)
    const console = play(store, house.data)
    console.press('j', 'j', 'G', 'k')
    await console.sees('29 of 30')
  })

  it('keeps the page when the store cannot be read, marks it, says why, and takes that back', async () => {
    const { house, store } = await aStore(3)
    let isBroken = false
    const flaky = new Proxy(store, {
      get(target, name) {
        if (name === 'tasks' && isBroken)
          return () => Promise.reject(new StoreError('io', 'The disk of /srv/postern does not answer.'))
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const console = play(flaky, house.data)
    await console.sees('1 of 3')
    isBroken = true
    console.press('R')
    await console.sees('What is shown may be old: The disk of /srv')
    expect(console.frame()).toContain('p2@example.org')
    isBroken = false
    console.press('R')
    await expect.poll(() => console.frame()).not.toContain('may be old')
  })

  it('says that no daemon is there, and what that means', async () => {
    const { house, store } = await aStore(1)
    await play(store, house.data).sees('No daemon is running: letters wait')
  })

  it('asks before it cancels, then cancels', async () => {
    const { house, store } = await aStore(1)
    const console = play(store, house.data)
    await console.sees('1 of 1')
    console.press('c')
    await console.sees('Cancel 1 letter')
    console.press('y')
    await console.sees('cancelled')
    expect((await store.taskCounts()).cancelled).toBe(1)
  })

  it('draws what fits when the terminal becomes another size', async () => {
    const { house, store } = await aStore(30)
    const console = play(store, house.data)
    await console.sees('1 of 30')
    Object.assign(console.terminal, { columns: 50, rows: 10 })
    console.terminal.emit('resize')
    await console.sees('too small')
    console.press('q')
    expect(await console.ended).toBeUndefined()
  })

  it('ends with what is a bug, and does not swallow it', async () => {
    const { house, store } = await aStore(1)
    const bug = new TypeError('no such thing')
    const broken = new Proxy(store, {
      get(target, name) {
        if (name === 'taskCount') return () => Promise.reject(bug)
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    expect(await play(broken, house.data).ended).toBe(bug)
  })
})
