import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('takes a run without any test for a failure, and says that only a part was asked for', () => {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'test.mjs')
  const { status, stdout } = spawnSync(process.execPath, [script, 'no-such-directory'], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stdout).toContain('only "no-such-directory", as asked')
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped')
})
