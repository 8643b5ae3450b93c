// Builds the two programs into dist/. Nothing is done when dist/ is newer than everything it is made from.
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const outdir = join(root, 'dist')

/** The newest modification time (ms) of the files below `path`. */
function newest(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

const inputs = ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs'].map((path) => newest(join(root, path)))
const built = join(outdir, 'postern.js')
if (!process.argv.includes('--force') && existsSync(built) && statSync(built).mtimeMs > Math.max(...inputs))
  process.exit(0)

const begun = new Date()
const stub = join(root, 'scripts', 'no-devtools.mjs')
rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: { postern: 'src/cli/main.ts', posternd: 'src/daemon/main.ts' },
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  jsx: 'automatic',
  // Native add-ons bring prebuilt binaries that they find beside themselves.
  external: ['fs-native-extensions', 'node-unix-socket'],
  alias: { 'react-devtools-core': stub },
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: 'warning',
})
// A source saved while the build ran is newer than this, so the next run builds again.
utimesSync(built, begun, begun)
