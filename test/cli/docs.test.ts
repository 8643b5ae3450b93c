import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents } from '../../scripts/docs.ts'

describe('the generated pages', () => {
  it.each([...documents()])('%s says what the definitions say (else: npm run docs)', (path, text) => {
    expect(readFileSync(join(import.meta.dirname, '../..', path), 'utf8')).toBe(text)
  })
})
