// Starts a program of dist/ on the pinned Node 24, whatever Node it was called with.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const REQUIRED_MAJOR = 24

/** Runs `dist/NAME.js`: in this process where its Node is new enough, else in a child on the pinned one. */
export async function launch(name) {
  const program = join(root, 'dist', `${name}.js`)
  if (!existsSync(program)) {
    console.error(`${name}: ${program} is not built; run "npm run setup" in ${root}.`)
    process.exit(69)
  }
  if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
    const { enableCompileCache } = await import('node:module')
    enableCompileCache?.()
    await import(program)
    return
  }
  const pinned = join(root, 'node_modules', '.bin', 'node')
  if (!existsSync(pinned)) {
    console.error(
      `${name}: Node ${REQUIRED_MAJOR} or later is needed, this is ${process.version}; run "npm run setup" in ${root}.`,
    )
    process.exit(69)
  }
  const child = spawn(pinned, [join(root, 'bin', `${name}.mjs`), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}
