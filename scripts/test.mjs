// Everything that a change must pass: lint, types, unused code, tests. Ends with one line of counts.
// Arguments go to vitest, and then it alone runs: `npm test -- test/core`.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { closingLine, countVitest, NOTHING, one, plus, unmetNeeds } from './tally.ts'

const root = join(import.meta.dirname, '..')
const chosen = process.argv.slice(2)

/** What runs before the tests; each counts as one test. */
const CHECKS = [
  ['lint', ['biome', 'check', '--diagnostic-level=error', '.']],
  ['types', ['tsc', '--noEmit']],
  ['unused', ['knip', '--no-progress', '--no-config-hints']],
]

/** vitest ends a test that takes too long, but not one that blocks its process. */
const LIMIT_MINUTES = 30

/** Runs a program of node_modules, on the Node that is pinned there. */
function run([command, ...args], stdio) {
  const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH }
  const limit = { timeout: LIMIT_MINUTES * 60_000, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 }
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio, env, ...limit })
}

/** One check, silent when all is well. */
function check([name, command]) {
  console.log(`${name}: ${command.join(' ')}`)
  const { status, stdout, stderr, error } = run(command, ['ignore', 'pipe', 'pipe'])
  if (status !== 0) console.log(`${error?.message ?? `${stdout}${stderr}`.trim()}\n${name}: failed`)
  return one(status === 0)
}

/** vitest's report, or undefined when it wrote none. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function tests() {
  const command = ['vitest', 'run', ...chosen]
  console.log(`tests: ${command.join(' ')}`)
  const directory = mkdtempSync(join(tmpdir(), 'postern-test-'))
  try {
    const file = join(directory, 'report.json')
    const output = ['--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
    // In CI vitest would colour a file, too.
    if (!process.stdout.isTTY) output.push('--no-color')
    const { status, error } = run([...command, ...output], ['ignore', 'inherit', 'inherit'])
    if (error?.code === 'ETIMEDOUT')
      console.log(
        `\ntests: ended after ${LIMIT_MINUTES} min; "npx vitest run --reporter=verbose" shows which one hangs`,
      )
    else if (error !== undefined) console.log(error.message)
    const report = readReport(file)
    for (const need of unmetNeeds(report)) console.log(`tests: some were skipped: ${need}`)
    return countVitest(report, status)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

let counts = { ...NOTHING, failed: 1 }
// Interrupted, the step under way fails by itself, and the closing line still says so.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.on('exit', () => {
  console.log(closingLine(counts))
  if (counts.failed > 0) process.exitCode = 1
})

if (chosen.length > 0) console.log(`only "${chosen.join(' ')}", as asked: no lint, no types, no unused code`)
const steps = chosen.length > 0 ? [] : CHECKS
const checked = steps.map(check).reduce(plus, NOTHING)
counts = plus(checked, one(false))
counts = plus(checked, tests())
