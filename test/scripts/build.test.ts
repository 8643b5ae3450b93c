import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const home = join(import.meta.dirname, '..', '..')

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-build-'))
  cpSync(join(home, 'scripts'), join(root, 'scripts'), { recursive: true })
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json']) cpSync(join(home, file), join(root, file))
  symlinkSync(join(home, 'node_modules'), join(root, 'node_modules'))
  for (const directory of ['src/cli', 'src/daemon', 'src/tui']) mkdirSync(join(root, directory), { recursive: true })
  source('src/cli/main.ts', `const { word } = await import('./word.ts')\nconsole.log(word)`)
  source('src/cli/word.ts', `export const word: string = 'first'`)
  source('src/daemon/main.ts', `console.log('daemon')`)
  source('src/tui/main.tsx', `console.log('console')`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function source(path: string, text: string): void {
  writeFileSync(join(root, path), text)
}

function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout : `failed: ${stderr}`
}

/** Builds, and runs the program that came of it. */
function buildAndRun(): string {
  return node('scripts/build.mjs') + node('dist/postern.js')
}

/** What tells one file from another that replaced it. */
function identity(path: string): bigint {
  return statSync(join(root, path), { bigint: true }).ino
}

describe('building the programs', () => {
  it('gives one file a program, which loads the rest when it needs it', () => {
    expect(buildAndRun()).toBe('first\n')
    expect(node('dist/posternd.js')).toBe('daemon\n')
    expect(node('dist/console.js')).toBe('console\n')
    expect(readdirSync(join(root, 'dist'))).not.toContain('postern.js.new')
  })

  it('is left out when nothing has changed', () => {
    buildAndRun()
    const before = identity('dist/postern.js')
    expect(buildAndRun()).toBe('first\n')
    expect(identity('dist/postern.js')).toBe(before)
  })

  it('sees a change that the clock hides', () => {
    buildAndRun()
    source('src/cli/word.ts', `export const word: string = 'other'`)
    utimesSync(join(root, 'src/cli/word.ts'), 1, 1)
    expect(buildAndRun()).toBe('other\n')
  })

  it('mends what somebody took away', () => {
    buildAndRun()
    rmSync(join(root, 'dist', 'chunks'), { recursive: true })
    expect(buildAndRun()).toBe('first\n')
  })

  it('begins anew after a build that came to no end', () => {
    buildAndRun()
    rmSync(join(root, 'dist', 'build.json'))
    writeFileSync(join(root, 'dist', 'postern.js'), 'half a progr')
    expect(buildAndRun()).toBe('first\n')
  })

  it('leaves the last build alone, and says why, when the sources are wrong', () => {
    buildAndRun()
    source('src/cli/word.ts', `export const word: string = 'unfinished`)
    expect(node('scripts/build.mjs')).toMatch(/^failed: .*word\.ts/s)
    expect(node('dist/postern.js')).toBe('first\n')
  })

  it('keeps the chunks of a program that runs, and drops older ones', () => {
    const chunks = () => readdirSync(join(root, 'dist', 'chunks')).filter((name) => name.endsWith('.js'))
    const build = (word: string) => {
      source('src/cli/word.ts', `export const word: string = '${word}'`)
      node('scripts/build.mjs')
      return chunks()
    }
    const [first] = build('first')
    expect(build('second')).toHaveLength(2)
    const third = build('third')
    expect(third).toHaveLength(2)
    expect(third).not.toContain(first)
  })

  it('survives several at once', async () => {
    const builds = [1, 2, 3].map(() => spawn(process.execPath, ['scripts/build.mjs'], { cwd: root }))
    for (const exit of await Promise.all(builds.map((build) => once(build, 'exit')))) expect(exit).toEqual([0, null])
    expect(node('dist/postern.js')).toBe('first\n')
  })

  it('points its source maps at the sources', () => {
    buildAndRun()
    const map: unknown = JSON.parse(readFileSync(join(root, 'dist', 'posternd.js.map'), 'utf8'))
    expect(map).toMatchObject({ sources: ['../src/daemon/main.ts'] })
  })
})
