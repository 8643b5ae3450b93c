import { expect } from 'vitest'
import type { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { TEMPORARY } from '../../src/core/store/embedded/layout.ts'
import { allPages, type StoreHouse } from '../support/store.ts'
import { type Ending, numbered, numbersIn } from './steps.ts'

/** What the rows and both logs must say alike: each number once, the newest first, and no gap in the sequence. */
export async function expectWhole(store: EmbeddedStore): Promise<number[]> {
  const numbers = await numbersIn(store)
  expect(store.damage).toBeNull()
  const subjects = (await allPages((paging) => store.mailLog(paging), 7)).map(({ subject }) => Number(subject))
  const audit = await allPages((paging) => store.audit(paging), 7)
  expect(subjects.toSorted((a, b) => a - b)).toEqual(numbers)
  expect(audit.map(({ action }) => Number(action.replace('number.', '')))).toEqual(subjects)
  expect(audit.map(({ sequence }) => sequence)).toEqual(Array.from(audit, (_, index) => audit.length - index))
  return numbers
}

/**
 * What a daemon finds that starts after the fault is gone: what was acknowledged is there, what was refused is not, and
 * it goes on from there, folding too.
 */
export async function expectRecovered(house: StoreHouse, endings: readonly Ending[]): Promise<void> {
  const of = (...kinds: Ending['ending'][]) =>
    endings.filter(({ ending }) => kinds.includes(ending)).map(({ number }) => number)
  const told = new Set(endings.map(({ number }) => number))
  const done = of('done')
  const daemon = await house.open()
  await daemon.recover()
  const found = await expectWhole(daemon)
  expect(found).toEqual(expect.arrayContaining(done))
  for (const number of of('full', 'io', 'refused')) expect(found).not.toContain(number)
  // Of what is not known it may have any.
  for (const number of found)
    expect(done.includes(number) || of('failed').includes(number) || !told.has(number)).toBe(true)
  for (const number of [101, 102, 103]) {
    await numbered(daemon, number)
    await daemon.fold()
    expect(await expectWhole(await house.open())).toEqual([...found, ...[101, 102, 103].filter((n) => n <= number)])
  }
  expect(house.layout.names().filter((name) => TEMPORARY.test(name))).toEqual([])
  await house.closeAll()
}
