import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** Stands in for npm: notes that it was called, then installs what the lock file names, or does as `fault` says. */
const NPM = `#!${process.execPath}
const fs = require('node:fs')
fs.appendFileSync('npm-was-called', 'x')
if (fs.existsSync('fault')) { console.error('no network'); process.exit(7) }
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'))
if (fs.existsSync('node_modules/leftover')) throw new Error('half an installation was left')
fs.mkdirSync('node_modules/liquid', { recursive: true })
fs.writeFileSync('node_modules/liquid/package.json', '{}')
const version = fs.existsSync('other-version') ? '9.9.9' : lock.packages['node_modules/liquid'].version
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/liquid': { version } } }))
`

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-setup-'))
  for (const directory of ['scripts', 'path']) mkdirSync(join(root, directory))
  const scripts = join(import.meta.dirname, '..', '..', 'scripts')
  for (const script of ['setup.mjs', 'exclusive.mjs']) cpSync(join(scripts, script), join(root, 'scripts', script))
  put('scripts/build.mjs', `process.stdout.write('built')`)
  writeFileSync(join(root, 'path', 'npm'), NPM, { mode: 0o755 })
  lock('1.0.0')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(path: string, content: string): void {
  writeFileSync(join(root, path), content)
}

/** A lock file with one package, and an optional one for another machine. */
function lock(version: string): void {
  const packages = {
    '': {},
    'node_modules/liquid': { version },
    'node_modules/other-machine': { version, optional: true },
  }
  put('package-lock.json', JSON.stringify({ packages }))
}

/** Runs the set-up; it writes to standard error only. */
async function setUp() {
  const PATH = [join(root, 'path'), process.env.PATH].join(delimiter)
  const child = spawn(process.execPath, ['scripts/setup.mjs'], { cwd: root, env: { ...process.env, PATH } })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { said: await text(child.stderr), status: await ended }
}

/** How often npm was called. */
function calls(): number {
  return existsSync(join(root, 'npm-was-called')) ? readFileSync(join(root, 'npm-was-called')).length : 0
}

const INSTALLING = 'postern: installing the locked dependencies, once …\n'

describe('setting up a checkout', () => {
  it('installs once and builds each time', async () => {
    expect(await setUp()).toEqual({ said: `${INSTALLING}built`, status: 0 })
    expect(await setUp()).toEqual({ said: 'built', status: 0 })
    expect(calls()).toBe(1)
  })

  it('installs anew when the lock file changes', async () => {
    await setUp()
    lock('2.0.0')
    await setUp()
    expect(calls()).toBe(2)
  })

  it('repairs an installation that lost a package', async () => {
    await setUp()
    rmSync(join(root, 'node_modules', 'liquid'), { recursive: true })
    expect(await setUp()).toMatchObject({ status: 0 })
    expect(existsSync(join(root, 'node_modules', 'liquid', 'package.json'))).toBe(true)
  })

  it('throws an interrupted installation away and begins again', async () => {
    put('fault', '')
    expect(await setUp()).toEqual({ said: `${INSTALLING}postern: "npm install" failed: no network\n`, status: 7 })
    put('node_modules/leftover', '')
    rmSync(join(root, 'fault'))
    expect(await setUp()).toMatchObject({ status: 0 })
    expect(calls()).toBe(2)
  })

  it('does not take other versions than the lock file names', async () => {
    put('other-version', '')
    const { said, status } = await setUp()
    expect(said).toContain('npm installed other versions than package-lock.json says (node_modules/liquid)')
    expect(status).toBe(1)
  })

  it('says what to do when the programs cannot be built', async () => {
    put('scripts/build.mjs', `process.stderr.write('main.ts: nonsense\\n'); process.exit(1)`)
    const { said, status } = await setUp()
    expect(said).toBe(
      `${INSTALLING}main.ts: nonsense\npostern: the programs could not be built; mend what it says above.\n`,
    )
    expect(status).toBe(1)
  })

  it('installs once when it is begun three times at once', async () => {
    for (const { status } of await Promise.all([setUp(), setUp(), setUp()])) expect(status).toBe(0)
    expect(calls()).toBe(1)
  })
})
