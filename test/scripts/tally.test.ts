import { describe, expect, it } from 'vitest'
import { closingLine, countVitest, one, plus, type Report, unmetNeeds } from '../../scripts/tally.ts'

/** A report of one file with tests of these states. */
function aReport(status: string, ...states: string[]): Report {
  return { testResults: [{ status, assertionResults: states.map((state) => ({ fullName: 'a test', status: state })) }] }
}

describe('the closing line of npm test', () => {
  it('counts what passed, failed and was left out', () => {
    const report = aReport('failed', 'passed', 'passed', 'failed', 'skipped', 'pending', 'todo')
    expect(countVitest(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 3 })
  })

  it('adds the steps, one test each', () => {
    const counts = [one(true), one(false), { passed: 7, failed: 0, skipped: 2 }].reduce(plus)
    expect(closingLine(counts)).toBe('8 passed, 1 failed, 2 skipped')
  })

  it.each([
    ['vitest wrote no report', undefined, 1],
    ['vitest was killed', aReport('passed', 'passed'), null],
    ['no test ran', { testResults: [] }, 0],
    ['every test was skipped', aReport('passed', 'skipped'), 0],
    ['a rejection that nobody handled failed the run', aReport('passed', 'passed'), 1],
    ['a file did not load', aReport('failed'), 1],
  ])('says failed when %s', (_what, report, status) => {
    expect(countVitest(report, status).failed).toBe(1)
  })

  it('names what skipped tests would have needed once', () => {
    const need = 'needs strace (Debian package strace: npm run test:setup)'
    const names = [`a dying disk [${need}]`, `a lying disk [${need}] a test in it`, 'a good disk']
    const assertionResults = names.map((fullName) => ({ fullName, status: 'skipped' }))
    expect(unmetNeeds({ testResults: [{ status: 'passed', assertionResults }] })).toEqual([need])
  })
})
