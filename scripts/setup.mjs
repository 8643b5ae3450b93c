// Makes a fresh clone ready: installs the locked dependencies and builds the programs.
// Runs on the system's own Node (20 or later) and does nothing that is already done.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'node_modules', '.postern-lock')

/** The lock file's digest: dependencies are installed anew when it changes, and only then. */
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (result.status !== 0) {
    console.error(`postern: "${command} ${args.join(' ')}" failed; mend what it says above and run this again.`)
    process.exit(result.status ?? 1)
  }
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}
const pinned = join(root, 'node_modules', '.bin', 'node')
run(existsSync(pinned) ? pinned : process.execPath, [join('scripts', 'build.mjs')])
