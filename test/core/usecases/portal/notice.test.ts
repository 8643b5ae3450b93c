import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../..')
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))

/** The files in which some text fits. */
const filesWith = (fits: RegExp) =>
  sources
    .filter(({ text }) => fits.test(text))
    .map(({ path }) => path)
    .sort()

describe('a password is changed in one place, which sends the notice, whatever the door', () => {
  it('no other file writes the hash of a new password', () => {
    expect(sources.length).toBeGreaterThan(150)
    // The sign-in writes the hash of the same password by today's parameters.
    expect(filesWith(/put\(\s*'credential',[^)]*\bhash\b/s)).toEqual([
      'src/core/usecases/portal/new-password.ts',
      'src/core/usecases/portal/sign-in.ts',
    ])
    const signIn = sources.find(({ path }) => path === 'src/core/usecases/portal/sign-in.ts')
    expect(signIn?.text).toMatch(/hash: rehashed \?\? hash/)
  })

  it('the portal’s two ways to a new password go through it, and nothing else makes a notice', () => {
    expect(filesWith(/await setPassword\(/)).toEqual([
      'src/core/usecases/portal/change-password.ts',
      'src/core/usecases/portal/link.ts',
    ])
    expect(filesWith(/kind: 'password-changed'/)).toEqual(['src/core/usecases/portal/new-password.ts'])
  })
})
