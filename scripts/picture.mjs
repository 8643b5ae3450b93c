// Draws docs/pictures/sandbox.svg from what the real program prints: `npm run picture`.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const CHARACTER = 8.4
const LINE = 18
const MARGIN = 16

const { stdout, status } = spawnSync(process.execPath, [join(root, 'bin', 'postern.mjs'), 'up', '--sandbox'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
if (status !== 0) process.exit(status ?? 1)

/** Not every viewer keeps runs of spaces; no-break spaces stay wherever they are. */
const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0')
const lines = stdout.trimEnd().split('\n')
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER + 2 * MARGIN)
const height = lines.length * LINE + 2 * MARGIN
const rows = lines.map((line, row) => {
  const heading = /^\d+\. /.test(line) ? ' class="h"' : ''
  return `<text x="${MARGIN}" y="${MARGIN + (row + 1) * LINE - 5}"${heading}>${escaped(line)}</text>`
})
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#d6dae0}.h{fill:#8fd0ff;font-weight:bold}</style>
<rect width="100%" height="100%" rx="8" fill="#16191f"/>
${rows.join('\n')}
</svg>
`
mkdirSync(join(root, 'docs', 'pictures'), { recursive: true })
writeFileSync(join(root, 'docs', 'pictures', 'sandbox.svg'), picture)
