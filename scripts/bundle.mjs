// How the programs are bundled: fast to start, whole in a few files.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inkRemembers } from './ink-remembers.mjs'
import { insist } from './insist.mjs'
import { lockAddon } from './lock-addon.mjs'
import { nodeWhenUsed } from './node-when-used.mjs'
import { textWithoutIntl } from './text-without-intl.mjs'

/**
 * Yoga, which lays Ink's boxes out, fetches its WebAssembly from a data: URL, and for that Node loads its whole HTTP
 * client: 70 ms and 8 MB, measured. It has another way, for where there is no fetch, and is made to take it.
 */
const yogaWithoutFetch = {
  name: 'yoga-without-fetch',
  setup(build) {
    insist(build, /(^|\/)node_modules\/yoga-layout\//, ['yoga-wasm-base64-esm.js'], 'scripts/bundle.mjs')
    build.onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const asks = source.split('"function"!=typeof fetch')
      if (asks.length === 3) return { contents: asks.join('true') }
      return {
        errors: [{ text: `yoga asks for fetch in ${asks.length - 1} places instead of 2: see scripts/bundle.mjs` }],
      }
    })
  },
}

/** The portal's script is made now: what is installed has neither the sources nor esbuild. */
const portalScript = {
  name: 'portal-script',
  setup(build) {
    build.onLoad({ filter: /\/portal\/hint\/script\.ts$/ }, async ({ path }) => {
      const { makeScript } = await import(pathToFileURL(path).href)
      return { contents: `export const makeScript = async () => ${JSON.stringify(await makeScript())}` }
    })
  },
}

/** esbuild's options for programs (name to source file) of the checkout at `root`; `write` is off. */
export function bundling(root, entryPoints, outdir) {
  return {
    absWorkingDir: root,
    entryPoints,
    outdir,
    write: false,
    bundle: true,
    // A program that is built alone is one file: Node needs a millisecond to find, read and link each.
    splitting: Object.keys(entryPoints).length > 1,
    chunkNames: 'chunks/[name]-[hash]',
    // Names stay as they are, for whoever reads a stack. Short ones with keepNames name every closure anew each time it
    // is made: a tenth of all CPU that a letter costs.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // @peculiar/x509's CommonJS build hides its names from import().
    mainFields: ['module', 'main'],
    jsx: 'automatic',
    // A native add-on brings prebuilt binaries that it finds beside itself.
    external: ['node-unix-socket'],
    alias: { 'react-devtools-core': join(root, 'scripts', 'no-devtools.mjs') },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [yogaWithoutFetch, inkRemembers, textWithoutIntl(root), nodeWhenUsed, lockAddon, portalScript],
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: 'warning',
  }
}
