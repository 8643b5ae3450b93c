// The one native part of the console's start. Left to itself it is looked for by five packages, which takes 10 ms.
import { readFile } from 'node:fs/promises'
import { insist } from './insist.mjs'

const AS_IT_IS = "require.addon = require('require-addon')"

/** The prebuilt binary where npm puts it; anywhere else (another libc) the package finds it by itself. */
const BINDING = `
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');
const beside = dirname(require.resolve('fs-native-extensions'));
const prebuilt = join(beside, 'prebuilds', process.platform + '-' + process.arch, 'fs-native-extensions.node');
const isMusl = existsSync('/etc/alpine-release');
module.exports = require(!isMusl && existsSync(prebuilt) ? prebuilt : join(beside, 'binding.js'));
`

/** esbuild's plug-in. */
export const lockAddon = {
  name: 'lock-addon',
  setup(build) {
    insist(build, /\/fs-native-extensions\//, ['fs-native-extensions/binding.js'], 'scripts/lock-addon.mjs')
    build.onResolve({ filter: /^fs-native-extensions$/ }, ({ kind }) =>
      kind === 'require-resolve' ? { external: true } : null,
    )
    build.onLoad({ filter: /\/fs-native-extensions\/binding\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      if (source.includes(AS_IT_IS)) return { contents: BINDING }
      return { errors: [{ text: 'fs-native-extensions loads its binary in another way: see scripts/lock-addon.mjs' }] }
    })
  },
}
