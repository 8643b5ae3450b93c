/**
 * For an esbuild plug-in that changes files of a library, which it finds by their names: one that was renamed would be
 * bundled as it is, and nobody would know. So the build fails when something of the library is bundled without them.
 * @param library a file of it, by its path
 * @param files the ends of their paths: `ink/build/output.js`
 * @param script where one mends it
 */
export function insist(build, library, files, script) {
  build.initialOptions.metafile = true
  build.onEnd(({ metafile }) => {
    const bundled = Object.keys(metafile?.inputs ?? {})
    if (!bundled.some((path) => library.test(path))) return {}
    const missing = files.filter((file) => !bundled.some((path) => path.endsWith(`/${file}`)))
    return {
      errors: missing.map((file) => ({ text: `${file} is not bundled any more, and is to be changed: see ${script}` })),
    }
  })
}

/** What draws for us. */
export const INK = /(^|\/)node_modules\/ink\//
