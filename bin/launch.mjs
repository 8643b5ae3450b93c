// Starts a program of dist/ on the pinned Node 24, whatever Node it was called with.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '..')
const pinned = join(root, 'node_modules', '.bin', 'node')
const REQUIRED_MAJOR = 24
/** The installation is not whole; systemd does not start it again on this status. */
const WRONG_INSTALLATION = 78

/**
 * Runs the program of that name: in this process where its Node is new enough, else in a child on the pinned one.
 * @param bundle which file of dist/ it is, where it has more than one
 */
export async function launch(name, bundle = name) {
  const program = join(root, 'dist', `${bundle}.js`)
  if (!existsSync(program)) refuse(name, `${program} is not built`)
  if (Number.parseInt(process.versions.node, 10) >= REQUIRED_MAJOR) await runHere(program)
  else if (existsSync(pinned)) await runOnPinned(name)
  else refuse(name, `Node ${REQUIRED_MAJOR} or later is needed, this is ${process.version}`)
}

function refuse(name, why) {
  console.error(`${name}: ${why}; run "npm run setup" in ${root}.`)
  process.exit(WRONG_INSTALLATION)
}

async function runHere(program) {
  const { constants: modules, enableCompileCache } = await import('node:module')
  // Not Node's own place in /tmp: whoever made that directory first could hand code to the next user, root among them.
  for (const directory of cacheDirectories()) {
    if (enableCompileCache(directory).status !== modules.compileCacheStatus.FAILED) break
  }
  await import(pathToFileURL(program).href)
}

/** Where V8's code may be kept, the best place first: what systemd gave, beside the programs, at home. */
function* cacheDirectories() {
  const { CACHE_DIRECTORY, HOME } = process.env
  if (CACHE_DIRECTORY) yield CACHE_DIRECTORY
  yield join(root, 'dist', 'cache')
  // A home that was left in the environment by somebody else (sudo -E) is theirs, and so would the code be that is run.
  if (HOME && isOurs(HOME)) yield join(HOME, '.cache', 'postern')
}

function isOurs(directory) {
  try {
    return statSync(directory).uid === process.getuid?.()
  } catch {
    // Not there, or where this user may not look.
    return false
  }
}

/**
 * Whether this process is in the foreground of a terminal, which then gives Ctrl-C and Ctrl-\\ to the child as well.
 * Source: proc(5), /proc/pid/stat: after the name in brackets state, ppid, pgrp, session, tty_nr, tpgid.
 */
function isInForeground() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return group === foreground
  } catch {
    return false
  }
}

async function runOnPinned(name) {
  const { spawn } = await import('node:child_process')
  const child = spawn(pinned, [join(root, 'bin', `${name}.mjs`), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  for (const signal of ['SIGINT', 'SIGQUIT'])
    process.on(signal, () => {
      if (!isInForeground()) child.kill(signal)
    })
  child.on('error', (error) => refuse(name, `${pinned} does not start (${error.message})`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
