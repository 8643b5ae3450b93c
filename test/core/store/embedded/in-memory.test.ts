import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByKey } from '../../../../src/core/store/embedded/by-key.ts'
import { DueHeap } from '../../../../src/core/store/embedded/due.ts'
import { OrderedKeys } from '../../../../src/core/store/embedded/ordered.ts'
import { RowOrder } from '../../../../src/core/store/embedded/row-order.ts'
import { atOnce } from '../../../../src/core/store/embedded/slices.ts'

const aName = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const aTime = fc.integer({ min: 0, max: 20 })

describe('tasks by when they are due', () => {
  const anOperation = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), id: aName, at: aTime }),
    fc.record({ kind: fc.constant('gone' as const), id: aName }),
    fc.record({ kind: fc.constant('earliest' as const) }),
    fc.record({ kind: fc.constant('until' as const), now: aTime, limit: fc.integer({ min: 1, max: 7 }) }),
  )

  it('are those that a walk through all of them would find', () => {
    fc.assert(
      fc.property(fc.array(anOperation, { maxLength: 60 }), fc.constantFrom(0, 3, 1000), (operations, small) => {
        const waiting = new Map<string, number>()
        const heap = new DueHeap((id, at) => waiting.get(id) === at, small)
        for (const operation of operations) {
          switch (operation.kind) {
            case 'wait':
              waiting.set(operation.id, operation.at)
              heap.add(operation.at, operation.id)
              break
            case 'gone':
              waiting.delete(operation.id)
              break
            case 'earliest':
              expect(heap.earliest()).toBe(waiting.size === 0 ? null : Math.min(...waiting.values()))
              break
            case 'until': {
              const due = [...waiting.values()].filter((at) => at <= operation.now).sort((a, b) => a - b)
              const found = heap.until(operation.now, operation.limit)
              expect(new Set(found).size).toBe(found.length)
              expect(found.map((id) => waiting.get(id))).toEqual(due.slice(0, operation.limit))
            }
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leave nothing behind when a hundred thousand of them came and went', () => {
    const waiting = new Map<string, number>([['last', 1e9]])
    let asked = 0
    const heap = new DueHeap((id, at) => {
      asked++
      return waiting.get(id) === at
    })
    heap.add(1e9, 'last')
    for (let at = 0; at < 100_000; at++) heap.add(at, 'gone')
    asked = 0
    expect(heap.earliest()).toBe(1e9)
    expect(asked).toBeLessThan(3000)
  })
})

describe('keys in order', () => {
  const anOperation = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key: fc.oneof(aName, fc.string({ maxLength: 3 })) }),
    fc.record({ kind: fc.constant('remove' as const), key: fc.oneof(aName, fc.string({ maxLength: 3 })) }),
    fc.record({ kind: fc.constant('up' as const), from: fc.option(aName, { nil: undefined }) }),
    fc.record({ kind: fc.constant('down' as const), below: fc.option(aName, { nil: undefined }) }),
  )

  it('are those that sorting all of them would give', () => {
    fc.assert(
      fc.property(fc.array(anOperation, { maxLength: 120 }), (operations) => {
        const keys = new OrderedKeys()
        const model = new Set<string>()
        for (const operation of operations) {
          const sorted = [...model].sort((a, b) => (a < b ? -1 : 1))
          switch (operation.kind) {
            case 'add':
              model.add(operation.key)
              keys.add(operation.key, `id of ${operation.key}`)
              break
            case 'remove':
              model.delete(operation.key)
              keys.remove(operation.key)
              break
            case 'up': {
              const { from } = operation
              const behind = sorted.filter((key) => from === undefined || key >= from)
              expect([...keys.ascending(from)]).toEqual(behind.map((key) => [key, `id of ${key}`]))
              break
            }
            case 'down': {
              const { below } = operation
              const before = sorted.filter((key) => below === undefined || key < below).toReversed()
              expect([...keys.descending(below)]).toEqual(before.map((key) => [key, `id of ${key}`]))
            }
          }
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('keys that are put in order in slices', () => {
  it('are in order, whatever comes and goes between two slices and whoever reads meanwhile', () => {
    const aStep = fc.record({ slices: fc.nat({ max: 40 }), add: fc.nat({ max: 9999 }), remove: fc.nat({ max: 9999 }) })
    const anInterruption = fc.record({ steps: fc.array(aStep, { maxLength: 12 }), readAt: fc.nat({ max: 20 }) })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9000 }), anInterruption, (count, { steps, readAt }) => {
        const keys = new OrderedKeys()
        const model = new Set<string>()
        const add = (number: number) => {
          const key = String((number * 7919) % 10_007)
          keys.add(key, key)
          model.add(key)
        }
        for (let number = 0; number < count; number++) add(number)
        const work = keys.arrange()
        for (const [index, step] of steps.entries()) {
          for (let slice = 0; slice < step.slices; slice++) work.next()
          add(step.add)
          keys.remove(String(step.remove))
          model.delete(String(step.remove))
          if (index === readAt) [...keys.ascending()]
        }
        atOnce(work)
        expect([...keys.ascending()].map(([key]) => key)).toEqual([...model].sort())
      }),
      { numRuns: 60 },
    )
  })
})

describe('an order of rows', () => {
  const aRow = fc.record({ id: fc.nat({ max: 3000 }).map(String), place: fc.nat({ max: 99 }) })

  it('holds every row once, though it is first made while rows change', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.array(aRow, { maxLength: 20 }), (count, changes) => {
        const rows = new Map<string, { readonly id: string; readonly place: number }>()
        const order = new RowOrder(rows, ({ id, place }) => `${place} ${id}`)
        const put = (row: { readonly id: string; readonly place: number }) => {
          // Every third change takes a row away.
          const gone = rows.get(row.id)
          if (gone !== undefined && row.place % 3 === 0) rows.delete(row.id)
          else rows.set(row.id, row)
          order.replace(gone, rows.get(row.id))
        }
        for (let number = 0; number < count; number++) put({ id: String(number), place: (number * 31) % 100 })
        const works = [order.keys(), order.keys()]
        for (const change of changes) {
          for (const work of works) work.next()
          put(change)
        }
        for (const work of works) atOnce(work)
        const keys = atOnce(order.keys())
        expect([...keys.ascending()].map(([, id]) => id).sort()).toEqual([...rows.keys()].sort())
      }),
      { numRuns: 100 },
    )
  })
})

describe('rows by a key of theirs', () => {
  it('are all found, whoever shares a key and lets go of it', () => {
    const anOperation = fc.record({ kind: fc.constantFrom('add' as const, 'remove' as const), key: aName, id: aName })
    fc.assert(
      fc.property(fc.array(anOperation, { maxLength: 60 }), (operations) => {
        const byKey = new ByKey()
        const model = new Map<string, Set<string>>()
        for (const { kind, key, id } of operations) {
          const ids = model.get(key) ?? new Set()
          model.set(key, ids)
          if (kind === 'add') {
            byKey.add(key, id)
            ids.add(id)
          } else {
            byKey.remove(key, id)
            ids.delete(id)
          }
          expect(new Set(byKey.all(key))).toEqual(ids)
          const first = byKey.first(key)
          expect(first === undefined ? ids.size === 0 : ids.has(first)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
