// Writes the pages of docs/ that are generated from definitions; a test says when one is stale.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documents } from './docs.ts'

const root = join(import.meta.dirname, '..')

for (const [path, text] of documents()) {
  writeFileSync(join(root, path), text)
  console.log(`wrote ${path}`)
}
