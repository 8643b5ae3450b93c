import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SECRET_HIDDEN } from '../../../src/core/letters/render.ts'
import { findEntry, openLetter } from '../../../src/core/usecases/mail-log.ts'
import { PostOffice, passwordIn } from './post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

async function anEntry() {
  await office.reset(await office.addUser())
  const claimed = await office.claim()
  await office.settle(claimed, 'delivered')
  const found = await findEntry(office.store, claimed.task.running.id)
  if (found.kind !== 'one') throw new Error('it was logged')
  return { claimed, entry: found.entry }
}

describe('a mail log entry', () => {
  it('is found by any beginning that no other has', async () => {
    const { entry } = await anEntry()
    expect(await findEntry(office.store, entry.id.slice(0, 4).toUpperCase())).toEqual({ kind: 'one', entry })
    await anEntry()
    expect(await findEntry(office.store, entry.id.slice(0, 4))).toEqual({ kind: 'several' })
    expect(await findEntry(office.store, entry.id)).toEqual({ kind: 'one', entry })
    for (const none of ['zzzz', '', '../x', `${entry.id}0`]) {
      expect(await findEntry(office.store, none)).toEqual({ kind: 'none' })
    }
  })
})

describe('opening a letter', () => {
  it('masks the secret, and is put on record (case 54)', async () => {
    const { claimed, entry } = await anEntry()
    const before = await office.task(claimed.task.id)
    const letter = await openLetter(office.operator, entry)
    for (const part of [letter?.text, letter?.html, letter?.message.toString()]) {
      expect(part).toContain(SECRET_HIDDEN)
      expect(part).not.toContain(passwordIn(claimed))
    }
    expect((await office.audit())[0]).toMatchObject({
      action: 'log.show',
      actor: { name: 'olga' },
      touched: [`mail-log:${entry.id}`],
    })
    expect(await office.task(claimed.task.id)).toEqual(before)
  })

  it('of which none could be made opens none', async () => {
    const { entry } = await anEntry()
    const before = await office.audit()
    expect(await openLetter(office.operator, { ...entry, letter: null })).toBeNull()
    expect(await office.audit()).toEqual(before)
  })
})
