import { renameSync } from 'node:fs'
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
