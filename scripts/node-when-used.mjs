// A program loads dozens of Node's own modules and uses few of them before its first line is out. What is imported from
// them is here fetched at its first use, and without the copy of every export that Node makes for a module that imports
// one (which, for one, loads all that node:util and node:crypto keep back themselves). Measured: 20 ms of each start.
import { builtinModules } from 'node:module'

const NAME = new RegExp(`^(node:)?(${builtinModules.filter((name) => !name.startsWith('node:')).join('|')})$`)

/** These are functions, or know themselves as `this`. */
const isItself = (name, module) => typeof module === 'function' || name === 'node:process'

function asImported(name) {
  const module = process.getBuiltinModule(name)
  if (isItself(name, module)) return `module.exports = process.getBuiltinModule(${JSON.stringify(name)})`
  return `
let known;
for (const name of ${JSON.stringify(Object.getOwnPropertyNames(module))})
    Object.defineProperty(exports, name, {
        enumerable: true,
        get: () => (known ??= process.getBuiltinModule(${JSON.stringify(name)}))[name],
    });`
}

/** esbuild's plug-in. */
export const nodeWhenUsed = {
  name: 'node-when-used',
  setup(build) {
    build.onResolve({ filter: NAME }, ({ path, kind }) => {
      if (kind === 'dynamic-import') return { external: true }
      return { path: path.startsWith('node:') ? path : `node:${path}`, namespace: 'node-when-used' }
    })
    build.onLoad({ filter: /.*/, namespace: 'node-when-used' }, ({ path }) => ({ contents: asImported(path) }))
  },
}
