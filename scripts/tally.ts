// Counts what a run of the tests says, for its closing line.

/** How many tests ended how. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What is read of vitest's JSON report. */
export interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export const NOTHING: Counts = { passed: 0, failed: 0, skipped: 0 }

/** The mark that a skipped test carries in its name: what it would have needed (test/support/needs.ts). */
const NEED = / \[(needs [^\]]+)\]/

/** Two counts as one. */
export function plus(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** A step that is one test. */
export function one(passed: boolean): Counts {
  return passed ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 }
}

/**
 * What vitest's report and exit status say together. A file that did not load counts as a failed test, and so does
 * a failure that belongs to no test: an unhandled rejection, a missing report, a run without any test.
 */
export function countVitest(report: Report | undefined, status: number | null): Counts {
  const files = report?.testResults ?? []
  const tests = files.flatMap((file) => file.assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failed = tests.filter(({ status }) => status === 'failed').length
  const broken = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const isClean = status === 0 && passed > 0
  return {
    passed,
    failed: failed + broken === 0 && !isClean ? 1 : failed + broken,
    skipped: tests.length - passed - failed,
  }
}

/** What skipped tests would have needed, each once. */
export function unmetNeeds(report: Report | undefined): string[] {
  const names = (report?.testResults ?? []).flatMap((file) => file.assertionResults.map((test) => test.fullName))
  return [...new Set(names.flatMap((name) => NEED.exec(name)?.[1] ?? []))]
}

/** The last line of a run, read by people and programs alike. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
