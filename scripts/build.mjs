// Builds the programs into dist/: the command line, the console (which is started on its own, so that it need not load
// the command line) and the daemon. Nothing is done when dist/ was built from exactly what is there now.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { bundling } from './bundle.mjs'
import { exclusively } from './exclusive.mjs'

const root = join(import.meta.dirname, '..')
const outdir = join(root, 'dist')
const record = join(outdir, 'build.json')
const recipe = [
  ...[
    'build.mjs',
    'bundle.mjs',
    'ink-remembers.mjs',
    'insist.mjs',
    'lock-addon.mjs',
    'no-devtools.mjs',
    'node-when-used.mjs',
  ],
  'text-without-intl.mjs',
].map((file) => join('scripts', file))
/** What is bundled together shares its chunks; the console is one file of its own, since its start is waited for. */
const bundles = [{ postern: 'src/cli/main.ts', posternd: 'src/daemon/main.ts' }, { console: 'src/tui/main.tsx' }]

/** The files below `directory`, in a fixed order. */
function filesBelow(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** A digest of all that the programs are made of: contents, since a clock or a checkout may set any date. */
function digestOfInputs() {
  const single = ['package.json', 'package-lock.json', 'tsconfig.json', ...recipe]
  const digest = createHash('sha256')
  for (const path of [...filesBelow(join(root, 'src')), ...single.map((path) => join(root, path))])
    digest.update(`${relative(root, path)}\0`).update(createHash('sha256').update(readFileSync(path)).digest())
  return digest.digest('hex')
}

/** What the last build recorded, its inputs' digest and its files; nothing when it did not come to an end. */
function lastBuild() {
  try {
    return JSON.parse(readFileSync(record, 'utf8'))
  } catch {
    return { inputs: '', files: [] }
  }
}

/** Bundles the programs; the files are only in memory yet. */
async function bundle() {
  const built = await Promise.all(bundles.map((programs) => build(bundling(root, programs, outdir))))
  return built.flatMap(({ outputFiles }) => outputFiles)
}

/** Replaces a file at once: whoever starts a program meanwhile reads the old one or the new one. */
function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, contents)
  renameSync(`${path}.new`, path)
}

/**
 * Puts a build into dist/, the programs after the chunks that they import and the record last.
 * The chunks of the build before stay for the programs that are running now.
 */
function install(outputFiles, inputs, last) {
  const isProgram = ({ path }) => dirname(path) === outdir
  rmSync(record, { force: true })
  for (const file of outputFiles.toSorted((a, b) => Number(isProgram(a)) - Number(isProgram(b))))
    put(file.path, file.contents)
  const files = outputFiles.map(({ path }) => relative(outdir, path))
  put(record, JSON.stringify({ inputs, files }))
  const kept = new Set([...files, ...last.files, relative(outdir, record)])
  for (const file of filesBelow(outdir).map((path) => relative(outdir, path)))
    if (!kept.has(file) && !file.startsWith('cache/')) rmSync(join(outdir, file), { force: true })
}

await exclusively('build', root, async () => {
  const inputs = digestOfInputs()
  const last = lastBuild()
  const isWhole = last.inputs === inputs && last.files.every((file) => existsSync(join(outdir, file)))
  if (isWhole && !process.argv.includes('--force')) return
  try {
    install(await bundle(), inputs, last)
  } catch (error) {
    // esbuild has said what is wrong with the sources; anything else is news.
    if (!Array.isArray(error.errors)) throw error
    process.exitCode = 1
  }
})
