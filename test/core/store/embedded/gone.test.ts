import { cpSync, renameSync } from 'node:fs'
import { expect, it } from 'vitest'
import { numbered } from '../../../faults/steps.ts'
import { StoreHouse } from '../../../support/store.ts'

it('the directory is moved away while the store is open: its logs are out of reach, not empty, until it is back', async () => {
  await using house = await StoreHouse.make()
  const store = await house.open()
  await numbered(store, 1)
  const { store: directory } = house.layout
  renameSync(directory, `${directory}.away`)
  const gone = { name: 'StoreError', kind: 'missing', message: expect.stringContaining(directory) }
  await expect(store.audit({ limit: 10 })).rejects.toMatchObject(gone)
  await expect(store.mailLog({ limit: 10 })).rejects.toMatchObject(gone)
  renameSync(`${directory}.away`, directory)
  expect((await store.audit({ limit: 10 })).items).toHaveLength(1)
  expect((await store.mailLog({ limit: 10 })).items).toHaveLength(1)
})

const refused = (words: string) => ({ name: 'StoreError', kind: 'moved', message: expect.stringContaining(words) })

it('the directory is moved away while the store is open: nothing is written into it until it is back', async () => {
  await using house = await StoreHouse.make()
  const { store: directory } = house.layout
  const [wrote, onlyRead] = [await house.open(), await house.open()]
  await numbered(wrote, 1)
  const before = house.contents()
  renameSync(directory, `${directory}.away`)
  for (const store of [wrote, onlyRead]) {
    await expect(numbered(store, 2)).rejects.toMatchObject(
      refused(`${directory} was moved away. Nothing of this change`),
    )
    expect(store.trouble).toBe(`${directory} was moved away.`)
  }
  expect(house.contents()).toBe(before)
  renameSync(`${directory}.away`, directory)
  expect(wrote.trouble).toBeNull()
  await numbered(wrote, 2)
  expect((await onlyRead.audit({ limit: 10 })).items).toHaveLength(2)
})

it('a copy takes the place of the directory while the store is open: neither of the two is written to', async () => {
  await using house = await StoreHouse.make()
  const { store: directory } = house.layout
  const [wrote, onlyRead] = [await house.open(), await house.open()]
  await numbered(wrote, 1)
  renameSync(directory, `${directory}.away`)
  cpSync(`${directory}.away`, directory, { recursive: true })
  const before = house.contents()
  for (const store of [wrote, onlyRead]) {
    await expect(numbered(store, 2)).rejects.toMatchObject(
      refused(`${directory} is now another store. Nothing of this`),
    )
    await expect(store.fold()).rejects.toMatchObject(refused(`${directory} is now another store.`))
    expect(store.trouble).toBe(`${directory} is now another store.`)
  }
  expect(house.contents()).toBe(before)
  // Who opens it now goes by what is there now.
  await numbered(await house.open(), 2)
})
