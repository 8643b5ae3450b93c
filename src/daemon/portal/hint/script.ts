import { join } from 'node:path'

/**
 * The script that pages load, one file without its imports. It is made of browser.ts: here at the first request, and in the
 * built program, which has neither the sources nor esbuild, when that is built (scripts/bundle.mjs puts the text in).
 */
export async function makeScript(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'browser.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    alias: { 'common-passwords': '/common-passwords.js' },
    external: ['/common-passwords.js'],
  })
  return outputFiles.map(({ text }) => text).join('')
}
