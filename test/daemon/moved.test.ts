import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { startDaemon } from '../../src/daemon/daemon.ts'
import { noLog } from '../../src/daemon/log.ts'
import { ManualClock } from '../support/clock.ts'
import { makeHouse } from '../support/posternd.ts'

it('the store of a daemon that has nothing to send is moved away: housekeeping notices, and it ends', async () => {
  const clock = new ManualClock()
  const house = await makeHouse(clock)
  const { data, keys, store, context } = house
  const directory = join(data, 'store')
  const transact = store.transact.bind(store)
  // Between the start and the first minute.
  vi.spyOn(store, 'transact').mockImplementation((actor, action, work) => {
    if (action === 'delivery.expire') renameSync(directory, `${directory}.away`)
    return transact(actor, action, work)
  })
  const templates = join(directory, 'templates')
  const facts = { context, upkeep: store, keys, data, templates, version: 'test', clock, log: noLog, random: () => 0 }
  const daemon = await startDaemon(facts)
  const moved = { kind: 'moved', message: expect.stringContaining(`${directory} was moved away.`) }
  await expect(daemon.ended).rejects.toMatchObject(moved)
  await expect(daemon.stop()).rejects.toMatchObject(moved)
  await house.remove()
})
