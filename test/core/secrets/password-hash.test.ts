import { beforeEach, describe, expect, it, vi } from 'vitest'
import { hashPassword, verifyNobody, verifyPassword, whyUnhashable } from '../../../src/core/secrets/password-hash.ts'

/** The hashes that are computed: how many in all, and how many at once at most. */
const hashes = vi.hoisted(() => ({ count: 0, running: 0, most: 0, parameters: new Set<string>() }))

vi.mock('node:crypto', async (load) => {
  const crypto = await load<typeof import('node:crypto')>()
  const argon2: typeof crypto.argon2 = (algorithm, parameters, done) => {
    const { memory, passes, parallelism, tagLength } = parameters
    hashes.parameters.add(`${algorithm} ${memory} ${passes} ${parallelism} ${tagLength}`)
    hashes.count += 1
    hashes.running += 1
    hashes.most = Math.max(hashes.most, hashes.running)
    crypto.argon2(algorithm, parameters, (error, key) => {
      hashes.running -= 1
      done(error, key)
    })
  }
  return { ...crypto, argon2 }
})

beforeEach(() => {
  Object.assign(hashes, { count: 0, most: 0, parameters: new Set() })
})

const PASSWORD = 'correct horse battery'
/** Of the reference implementation's own tests (phc-winner-argon2, src/test.c): password "password", salt "somesalt". */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'

describe('a password’s hash', () => {
  it('is Argon2id with its parameters and a salt of its own', async () => {
    const [one, other] = [await hashPassword(PASSWORD), await hashPassword(PASSWORD)]
    for (const phc of [one, other]) {
      expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    }
    expect(one).not.toBe(other)
  })

  it('fits its password and no other', async () => {
    const phc = await hashPassword(PASSWORD)
    expect(await verifyPassword(phc, PASSWORD)).toEqual({ ok: true, rehash: false })
    for (const wrong of ['', `${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(1)]) {
      expect(await verifyPassword(phc, wrong)).toEqual({ ok: false, rehash: false })
    }
  })

  it('is nowhere cut short: the last of 256 code points counts', async () => {
    const long = '🗝'.repeat(255)
    const phc = await hashPassword(`${long}a`)
    expect(await verifyPassword(phc, `${long}b`)).toMatchObject({ ok: false })
    expect(await verifyPassword(phc, `${long}a`)).toMatchObject({ ok: true })
  })

  it('made with other parameters still fits, and is to be made anew', async () => {
    expect(await verifyPassword(REFERENCE, 'password')).toEqual({ ok: true, rehash: true })
    expect(await verifyPassword(REFERENCE, 'Password')).toEqual({ ok: false, rehash: false })
  })

  it('is the same for é composed and decomposed, and another for the ligature ﬁ', async () => {
    const phc = await hashPassword('café au lait crème')
    expect(await verifyPassword(phc, 'cafe\u0301 au lait cre\u0300me')).toMatchObject({ ok: true })
    expect(
      await verifyPassword(await hashPassword('ﬁnally fifteen characters'), 'finally fifteen characters'),
    ).toMatchObject({
      ok: false,
    })
  })
})

describe('what is refused before anything is hashed [case 59]', () => {
  it.each([
    ['257 code points', 'x'.repeat(257), 'over 256 characters'],
    ['257 code points beyond the first plane', '🗝'.repeat(257), 'over 256 characters'],
    ['ten megabytes', 'x'.repeat(10_000_000), 'over 256 characters'],
    ['half a character', 'fifteen letters\ud800', 'half a character'],
  ])('%s', async (_what, password, why) => {
    const phc = await hashPassword(PASSWORD)
    hashes.count = 0
    expect(whyUnhashable(password)).toContain(why)
    await expect(hashPassword(password)).rejects.toThrow(why)
    expect(await verifyPassword(phc, password)).toEqual({ ok: false, rehash: false })
    expect(await verifyNobody(password)).toEqual({ ok: false, rehash: false })
    expect(hashes.count).toBe(0)
  })

  it('256 code points are none of it, however many units they take', () => {
    for (const password of ['x', '🗝', 'e\u0301', '\u1f82'.normalize('NFD')].map((unit) => unit.repeat(256))) {
      expect(whyUnhashable(password)).toBeNull()
    }
  })
})

describe('an unknown user', () => {
  it('costs exactly what a known one costs', async () => {
    const phc = await hashPassword(PASSWORD)
    Object.assign(hashes, { count: 0, parameters: new Set() })
    await verifyPassword(phc, 'wrong')
    expect(await verifyNobody('wrong')).toEqual({ ok: false, rehash: false })
    expect(await verifyNobody()).toEqual({ ok: false, rehash: false })
    expect(hashes.count).toBe(3)
    expect([...hashes.parameters]).toEqual(['argon2id 19456 2 1 32'])
  })

  it.each([
    ['nothing', ''],
    ['nonsense', 'nonsense'],
    ['another algorithm', REFERENCE.replace('argon2id', 'argon2d')],
    ['half a hash', REFERENCE.slice(0, 40)],
    ['parameters that would take all memory', REFERENCE.replace('m=65536', 'm=9999999')],
    ['parameters that would take a day', REFERENCE.replace('t=2', 't=999')],
    ['too many lanes for its memory', REFERENCE.replace('m=65536,t=2,p=1', 'm=64,t=2,p=16')],
    ['no passes', REFERENCE.replace('t=2', 't=0')],
  ])('and one whose hash is %s cost the same and are not let in', async (_what, phc) => {
    expect(await verifyPassword(phc, 'password')).toEqual({ ok: false, rehash: false })
    expect([...hashes.parameters]).toEqual(['argon2id 19456 2 1 32'])
  })
})

describe('a hundred sign-ins at once', () => {
  it('hash two passwords at a time: each takes 19 MiB', async () => {
    const phc = await hashPassword(PASSWORD)
    Object.assign(hashes, { count: 0, most: 0 })
    const signIns = Array.from({ length: 98 }, (_, index) => verifyPassword(phc, index === 7 ? PASSWORD : 'wrong'))
    const others = [verifyNobody('wrong'), hashPassword(PASSWORD)]
    expect((await Promise.all(signIns)).filter(({ ok }) => ok)).toHaveLength(1)
    await Promise.all(others)
    expect([hashes.count, hashes.most]).toEqual([100, 2])
  })
})
