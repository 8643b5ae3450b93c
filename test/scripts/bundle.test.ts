import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundling } from '../../scripts/bundle.mjs'

const HOME = join(import.meta.dirname, '..', '..')

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-bundle-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  return path
}

/** Bundles one source as a program is, into a directory where it finds what is not bundled. */
async function bundle(source: string): Promise<string> {
  await build({ ...bundling(root, { program: source }, join(root, 'dist')), write: true, logLevel: 'silent' })
  return join(root, 'dist', 'program.js')
}

/** What a program of Node says. */
function run(program: string, ...flags: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, program], { cwd: root, encoding: 'utf8' })
  return stdout + stderr
}

describe('a library that is not what its replacement was made for', () => {
  it.each([
    ['yoga-layout/dist/binaries/yoga-wasm-base64-esm.js', 'yoga asks for fetch in 0 places instead of 2'],
    ['ink/build/output.js', 'ink/build/output.js has "caches = new OutputCaches();" in 0 places instead of 1'],
    ['ink/build/sanitize-ansi.js', 'ink/build/sanitize-ansi.js has "const sanitizeAnsi'],
    ['ink/build/line-update.js', 'ink/build/line-update.js makes 0 Intl.Segmenters instead of 1'],
    ['widest-line/index.js', 'widest-line/index.js has "export default function widestLine'],
    ['wrap-ansi/index.js', 'wrap-ansi/index.js makes 0 Intl.Segmenters instead of 1'],
    ['cli-truncate/index.js', 'cli-truncate/index.js makes 0 Intl.Segmenters instead of 1'],
    ['slice-ansi/tokenize-ansi.js', 'slice-ansi/tokenize-ansi.js makes 0 Intl.Segmenters instead of 1'],
    ['@alcalzone/ansi-tokenize/build/tokenize.js', 'tokenize.js makes 0 Intl.Segmenters instead of 1'],
    ['fs-native-extensions/binding.js', 'fs-native-extensions loads its binary in another way'],
  ])('stops the build: %s', async (file, says) => {
    const source = put(`node_modules/${file}`, 'export default null')
    await expect(bundle(source)).rejects.toThrow(says)
    await expect(bundle(source)).rejects.toThrow(/: see scripts\/[a-z-]+\.mjs/)
  })

  it.each([
    ['ink/build/index.js', 'ink/build/output.js is not bundled any more'],
    ['ink/build/index.js', 'string-width/index.js is not bundled any more'],
    ['yoga-layout/dist/src/index.js', 'yoga-wasm-base64-esm.js is not bundled any more'],
    ['fs-native-extensions/lib.js', 'fs-native-extensions/binding.js is not bundled any more'],
  ])('stops the build when a file has another name: %s without it', async (file, says) => {
    await expect(bundle(put(`node_modules/${file}`, 'export default null'))).rejects.toThrow(says)
  })
})

describe("Node's own modules in a bundle", () => {
  const WAYS = `
    import path, { join as together } from 'node:path'
    import * as fs from 'node:fs'
    import { EventEmitter } from 'events'
    import Emitter from 'node:events'
    import { env, exit } from 'node:process'
    import { readFile } from 'fs/promises'
    import { DatabaseSync } from 'node:sqlite'
    import { hash, sep } from './again.mjs'
    const required = require('node:os')
    const dynamic = await import('node:util')
    class Own extends EventEmitter {}
    console.log(path.join('a', 'b'), together('c', 'd'), sep, hash('sha1', 'x'))
    console.log(typeof fs.readFileSync, typeof fs.promises.open, fs.constants.O_RDONLY, 'readFileSync' in fs, fs.nothing)
    console.log(new Own() instanceof Emitter, Emitter.once === require('events').once, typeof DatabaseSync)
    console.log(env === process.env, typeof exit, required.EOL.length, dynamic.inspect({ a: 1 }), dynamic.default.inspect === dynamic.inspect)
    console.log((await readFile(process.argv[1], 'utf8')).length > 0, Object.keys(fs).length > 90)
  `

  it('are what they are unbundled, whichever way they are imported', async () => {
    put('again.mjs', "export { hash } from 'node:crypto'\nexport * from 'node:path'")
    const source = put(
      'ways.mjs',
      `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)${WAYS}`,
    )
    const bundled = put('bundled.mjs', WAYS)
    const said = run(join(root, source))
    expect(said).toContain('a/b c/d / 11f6ad8ec52a2984abaafd7c3b516503785c2072')
    expect(run(await bundle(bundled))).toBe(said)
  })

  it('are loaded when they are used', async () => {
    const isLoaded = "process.moduleLoadList.includes('NativeModule dgram')"
    const source = put(
      'late.mjs',
      `import { createSocket } from 'node:dgram'
      console.log(${isLoaded})
      createSocket('udp4').close()
      console.log(${isLoaded})`,
    )
    expect(run(await bundle(source))).toBe('false\ntrue\n')
  })

  it('leave an error its place in the sources', async () => {
    const source = put(
      'broken.ts',
      "import { readFileSync } from 'node:fs'\n\n\nfunction broken(): string {\n  return readFileSync('/no/such/file', 'utf8')\n}\nbroken()\n",
    )
    expect(run(await bundle(source), '--enable-source-maps')).toMatch(/ENOENT[\s\S]*broken\.ts:5:10/)
  })
})

describe('the add-on for locks in a bundle', () => {
  const LOCKS = `
    import { tryLock, unlock } from 'fs-native-extensions'
    import { openSync } from 'node:fs'
    const fd = openSync(process.argv[1], 'r+')
    console.log(tryLock(fd), unlock(fd))`

  it('locks', async () => {
    symlinkSync(join(HOME, 'node_modules'), join(root, 'node_modules'))
    expect(run(await bundle(put('locks.mjs', LOCKS)))).toBe('true undefined\n')
  })

  it('is looked for by its package where its binary is not beside it', async () => {
    for (const name of [
      'fs-native-extensions',
      'require-addon',
      'bare-addon-resolve',
      'bare-module-resolve',
      'bare-semver',
      'which-runtime',
    ])
      cpSync(join(HOME, 'node_modules', name), join(root, 'node_modules', name), { recursive: true })
    const program = await bundle(put('locks.mjs', LOCKS))
    rmSync(join(root, 'node_modules', 'fs-native-extensions', 'prebuilds'), { recursive: true })
    expect(run(program)).toContain("Cannot find addon '.' imported from")
  })
})
