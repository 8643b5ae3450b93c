import type * as crypto from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { SECOND } from '../../../src/core/domain/time.ts'
import { type Answer, tokenOf } from './a-browser.ts'
import { PortalHouse } from './a-portal.ts'

const counted = vi.hoisted(() => ({ hashes: 0 }))
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof crypto>()
  const argon2 = (...given: Parameters<typeof real.argon2>) => {
    counted.hashes += 1
    return real.argon2(...given)
  }
  return { ...real, argon2, default: { ...real, argon2 } }
})

const A_QUARTER = 125

/** All that somebody sees of an answer, but for the time of day. */
function seen({ status, headers, body, cookies }: Answer): string {
  const { date: _, ...rest } = headers
  return JSON.stringify({ status, rest, body, cookies })
}

async function inTurns<Result>(count: number, ask: (n: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let n = 0; n < count; n += 25)
    results.push(...(await Promise.all(Array.from({ length: 25 }, (_, k) => ask(n + k)))))
  return results
}

describe('case 56: five hundred who have an account and five hundred who have none', () => {
  // One portal takes 300 such requests a minute of all together.
  it.each([1, 2, 3, 4])(
    'cannot be told apart by asking for links: the same bytes, the same writes, no hash (%i of 4)',
    async () => {
      await using house = await PortalHouse.open()
      await house.office.set({ SERVICE_PORTAL_TRUSTED_PROXY: '127.0.0.1' })
      for (let n = 0; n < A_QUARTER; n++) await house.office.addUser({ username: `user${n}` })
      const browser = house.browser()
      const token = tokenOf(await browser.get('/forgot-password'))
      const { hashes } = counted
      const answers = new Set<string>()
      const askAll = async (who: string): Promise<number> => {
        const before = (await house.office.audit()).length
        const ask = (n: number) =>
          browser.submit(
            '/forgot-password',
            { ...token, email: `${who}${n}@example.org` },
            { 'x-forwarded-for': `198.51.100.${n}` },
          )
        for (const answer of await inTurns(A_QUARTER, ask)) answers.add(seen(answer))
        return (await house.office.audit()).length - before
      }
      expect(await askAll('user')).toBe(A_QUARTER)
      expect(await askAll('none')).toBe(A_QUARTER)
      expect(answers.size).toBe(1)
      expect(counted.hashes).toBe(hashes)
      // The letters are made when all have been answered.
      expect(await house.office.claimAll()).toEqual([])
      house.office.clock.advance(SECOND)
      expect((await house.office.claimAll()).length).toBeGreaterThan(0)
    },
  )

  it('cannot be told apart by signing in: the same bytes, one hash and one write each', async () => {
    await using house = await PortalHouse.open()
    await house.door.alice()
    const browser = house.browser()
    const token = tokenOf(await browser.get('/login'))
    const answers = new Set<string>()
    for (const name of ['alice', 'nobody', 'alice', 'nobody@example.org']) {
      const [hashes, writes] = [counted.hashes, (await house.office.audit()).length]
      const answer = await browser.submit('/login', { ...token, name, password: 'not the password at all' })
      answers.add(
        seen(answer)
          .replaceAll(name, '')
          .replaceAll(/"content-length":"\d+"/g, ''),
      )
      expect(counted.hashes).toBe(hashes + 1)
      expect(await house.office.audit()).toHaveLength(writes + 1)
    }
    expect(answers.size).toBe(1)
  })
})
