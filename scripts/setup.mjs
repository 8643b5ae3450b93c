// Makes a fresh clone ready: installs the locked dependencies and builds the programs.
// Runs on the system's own Node (20 or later), does nothing that is already done, and says nothing then.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exclusively } from './exclusive.mjs'

const root = join(import.meta.dirname, '..')
const modules = join(root, 'node_modules')
/** Stands while an installation is under way, so that one that was interrupted is not mistaken for a whole one. */
const unfinished = join(modules, '.postern-unfinished')
/** What npm writes last: the packages that it has installed. */
const installed = join(modules, '.package-lock.json')
const pinned = join(modules, '.bin', 'node')

/** The packages of a lock file, by their path below the root. */
function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}

/** Whether a locked package must be there: all but the optional ones, of which only this platform's Node is missed. */
function isWanted(path, { optional }) {
  return path !== '' && (!optional || path === `node_modules/node-${process.platform}-${process.arch}`)
}

/** What of the lock file is not installed as it says; empty when all is well. */
function missing() {
  if (existsSync(unfinished)) return ['an installation that was interrupted']
  if (!existsSync(installed)) return ['everything']
  const present = packagesOf(installed)
  return Object.entries(packagesOf(join(root, 'package-lock.json')))
    .filter(([path, wanted]) => isWanted(path, wanted))
    .filter(
      ([path, wanted]) =>
        present[path]?.version !== wanted.version ||
        present[path]?.integrity !== wanted.integrity ||
        !existsSync(join(root, path, 'package.json')),
    )
    .map(([path]) => path)
}

/** Says what failed and what to do, and ends this program with `status`. */
function fail(what, status) {
  console.error(`postern: ${what}`)
  process.exit(status || 1)
}

function install() {
  if (missing().length === 0) return
  console.error('postern: installing the locked dependencies, once …')
  // npm takes a package for installed when its package.json is there, so half an installation is taken away first.
  if (existsSync(unfinished) || !existsSync(installed)) rmSync(modules, { recursive: true, force: true })
  mkdirSync(modules, { recursive: true })
  writeFileSync(unfinished, '')
  // Not `npm ci`: it refuses a lock file that lacks other platforms' binaries, and npm leaves those out of the lock
  // where the registry does not have them. `--no-save` takes the locked versions and leaves the lock file alone;
  // what was installed is compared with it below. npm's warnings (this Node is too old, …) are for those who ask.
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    ['install', '--no-save', '--no-audit', '--no-fund', '--include=dev', '--include=optional', '--loglevel=error'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  )
  if (status !== 0) fail(`"npm install" failed: ${error?.message ?? `${stdout}${stderr}`.trim()}`, status)
  rmSync(unfinished)
  const wrong = missing()
  if (wrong.length > 0)
    fail(`npm installed other versions than package-lock.json says (${wrong.join(', ')}): run "npm install".`, 1)
}

function build() {
  const { status, error } = spawnSync(existsSync(pinned) ? pinned : process.execPath, ['scripts/build.mjs'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) fail(`the programs could not be built; ${error?.message ?? 'mend what it says above'}.`, status)
}

await exclusively('install', root, install)
build()
