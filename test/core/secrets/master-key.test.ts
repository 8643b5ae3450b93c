import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MasterKeyError } from '../../../src/core/secrets/key-file.ts'
import { MasterKeys, type Purpose } from '../../../src/core/secrets/master-key.ts'
import { masterKeys } from './a-master-key.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('a derived secret', () => {
  it('is the same in every release: an upgrade must not change the letters that are under way', () => {
    expect(hex(masterKeys(1).derive('temporary password', 1, 'task', 'nonce', 15))).toBe(
      '8748d249ef7abdb63d8e4a011df046',
    )
    expect(hex(masterKeys(1).derive('link', 1, 'task', 'nonce', 32))).toBe(
      'b0e4b02a9463b316dfa48b39d20b6d8e8385e06aeb2ba9834e18a41b2694bb4a',
    )
  })

  it('is another for any other purpose, key, task or nonce, wherever one ends and the next begins', () => {
    const keys = masterKeys(1, 2)
    const part = fc.string({ unit: fc.constantFrom('', 'a', 'b', 'é', '\0', '\u0001'), maxLength: 4 })
    const purpose = fc.constantFrom<Purpose>('temporary password', 'link', 'seal')
    const input = fc.tuple(purpose, fc.constantFrom(1, 2), part, part)
    const secret = ([what, number, task, nonce]: [Purpose, number, string, string]) =>
      hex(keys.derive(what, number, task, nonce, 15))
    fc.assert(
      fc.property(input, input, (one, other) => {
        expect(secret(one) === secret(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
      {
        numRuns: 2000,
        examples: [
          [
            ['link', 1, 'ab', 'c'],
            ['link', 1, 'a', 'bc'],
          ],
          [
            ['link', 1, 'a', 'b'],
            ['link', 2, 'a', 'b'],
          ],
          [
            ['link', 1, 'a', 'b'],
            ['seal', 1, 'a', 'b'],
          ],
        ],
      },
    )
  })

  it('of a key that is gone is refused with the name of its file', () => {
    const derive = () => masterKeys(1).derive('link', 3, 'task', 'nonce', 32)
    expect(derive).toThrow(MasterKeyError)
    expect(derive).toThrow('keys/master-3.key is missing')
  })
})

describe('master keys', () => {
  it('say the newest number, and which they have', () => {
    const keys = masterKeys(2, 10, 9)
    expect(keys.current).toBe(10)
    expect([1, 2, 9, 10].map((number) => keys.has(number))).toEqual([false, true, true, true])
  })

  it('show in no log line, no JSON and no inspection', () => {
    const keys = masterKeys(7)
    expect(inspect(keys, { showHidden: true, depth: 9 })).toBe('MasterKeys { current: 7 }')
    expect(JSON.stringify({ keys, list: [keys] })).toBe('{"keys":"[master keys]","list":["[master keys]"]}')
    expect(Object.getOwnPropertyNames(keys)).toEqual(['current'])
  })

  it('are at least one', () => {
    expect(() => new MasterKeys(new Map())).toThrow(RangeError)
  })
})
