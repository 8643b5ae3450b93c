import { describe, expect, it, type TestContext } from 'vitest'
import { needs, pathOf, variants } from './needs.ts'

const MISSING = ['a crystal ball (Debian package scrying: npm run test:setup)']
const NAMED = 'sees the future [needs a crystal ball (Debian package scrying: npm run test:setup)]'

/** Writes down what is registered, and runs what is not skipped. */
function aRunner(context: TestContext) {
  const log: string[] = []
  const variant = <Given extends unknown[]>(kind: string, ...given: Given) =>
    Object.assign(
      (name: string, body: (...given: Given) => unknown) => {
        log.push(`${kind} ${name}`)
        body(...given)
      },
      { skip: (name: string) => void log.push(`${kind}.skip ${name}`) },
    )
  return { log, runner: { describe: variant('describe'), it: variant('it', context) } }
}

const body = () => {
  throw new Error('ran without what it needs')
}

describe('what a test needs of the machine', () => {
  it('is looked for where Debian keeps programs for root, too', () => {
    expect(pathOf('sh')).toMatch(/^\/.*\/sh$/)
    expect(pathOf('no-such-program')).toBeUndefined()
  })

  needs('script').it('lets a test run when it is there', () => {
    expect(pathOf('script')).toBeDefined()
  })

  it('lets a test be skipped when it is missing, and says what would help', (context) => {
    const { log, runner } = aRunner(context)
    const { describe, it } = variants(MISSING, false, runner)
    it('sees the future', body)
    describe('sees the future', body)
    expect(log).toEqual([`it.skip ${NAMED}`, `describe.skip ${NAMED}`])
  })

  it('makes a test fail in CI when it is missing', (context) => {
    const { log, runner } = aRunner(context)
    const { describe, it } = variants(MISSING, true, runner)
    expect(() => it('sees the future', body)).toThrow('in CI nothing may be skipped')
    expect(() => describe('sees the future', body)).toThrow('in CI nothing may be skipped')
    expect(log).toEqual([`it ${NAMED}`, `it ${NAMED}`])
  })
})
