// Starts a program of dist/ on the pinned Node 24, whatever Node it was called with.
import { existsSync, readFileSync } from 'node:fs'
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
  const { enableCompileCache } = await import('node:module')
  // Not Node's own place in /tmp: whoever made that directory first could hand code to the next user, root among them.
  enableCompileCache(join(root, 'dist', 'cache'))
  await import(pathToFileURL(program).href)
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
