// Writes the pages of docs/ that are generated, from definitions and from what the programs print; tests say when one is
// stale.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documents } from './docs.ts'
import { troubleshootingPage } from './troubleshooting.ts'

const root = join(import.meta.dirname, '..')

for (const [path, text] of [...documents(), ['docs/troubleshooting.md', await troubleshootingPage()]]) {
  writeFileSync(join(root, path), text)
  console.log(`wrote ${path}`)
}
