import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { check, RULE_NAMES } from './support/architecture.ts'
import { read, resolve } from './support/imports.ts'

const root = join(import.meta.dirname, '..')
const files = new Map(
  globSync('src/**/*.{ts,tsx}', { cwd: root })
    .sort()
    .map((file) => [file, readFileSync(join(root, file), 'utf8')]),
)

/** What is wrong with one planted file. */
async function violations(file: string, text: string): Promise<readonly string[]> {
  return (await check(new Map([[file, text]]))).violations
}

describe('who may import whom', () => {
  it('holds in the whole house', async () => {
    expect((await check(files)).violations).toEqual([])
  })

  it('was asked of every file that is there, and of what they import', async () => {
    const listed = execFileSync('find', ['src', '-type', 'f', '-name', '*.ts*'], { cwd: root, encoding: 'utf8' })
    const found = await check(files)
    expect(found.files).toBe(listed.trim().split('\n').length)
    expect(found.files).toBeGreaterThan(10)
    expect(found.imports).toBeGreaterThan(found.files)
  })

  it('was asked of everything that the bundler sees imported', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [...files.keys()],
      outdir: 'dist',
      bundle: true,
      write: false,
      metafile: true,
      logLevel: 'silent',
      format: 'esm',
      jsx: 'preserve',
      plugins: [eachFileByItself],
    })
    expect(Object.keys(metafile.inputs)).toHaveLength(files.size)
    for (const [file, { imports }] of Object.entries(metafile.inputs)) {
      const seen = await read(file, files.get(file) ?? '')
      expect(seen.imports, file).toEqual(expect.arrayContaining(imports.map(({ path }) => resolve(file, path))))
    }
  })
})

const eachFileByItself: Plugin = {
  name: 'each-file-by-itself',
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === 'entry-point' ? undefined : { path, external: true })),
}

const BREACHES: readonly (readonly [file: string, text: string])[] = [
  ['src/core/domain/user.ts', `import { hash } from 'node:crypto'`],
  ['src/core/domain/user.ts', `import type { Hono } from 'hono'`],
  ['src/core/domain/user.ts', `import {\n  type Store,\n  open,\n} from '../store/port.ts'`],
  ['src/core/domain/user.ts', `export type { Store } from '../store/port.ts'`],
  ['src/core/domain/user.ts', `export const a = (b: import('liquidjs').Liquid) => b`],
  ['src/core/domain/user.ts', `import { Cron } from 'croner'`],
  ['src/core/domain/schedule.ts', `import 'lowdb'`],
  ['src/core/domain/user.ts', `export const now = () => Date.now()`],
  ['src/core/domain/user.ts', `export const now = () => new Date`],
  ['src/core/domain/user.ts', `export const now = () => Date()`],
  ['src/core/domain/user.ts', `export const now = () => performance.now()`],
  ['src/core/domain/user.ts', `export const id = () => Math.random()`],
  ['src/core/domain/user.ts', `export const id = () => crypto.randomUUID()`],
  ['src/core/domain/user.ts', `console.log('hello')`],
  ['src/core/usecases/reset.ts', `import { open } from '../store/embedded/open.ts'`],
  ['src/core/usecases/reset.ts', `import { inert } from '../text/inert.ts'`],
  ['src/core/usecases/reset.ts', `import { readFileSync } from 'node:fs'`],
  ['src/core/store/port.ts', `import { open } from './embedded/open.ts'`],
  ['src/core/store/embedded/open.ts', `import { seal } from '../../secrets/seal.ts'`],
  ['src/core/store/embedded/open.ts', `import pino from 'pino'`],
  ['src/core/host/lock.ts', `import { seal } from '../secrets/seal.ts'`],
  ['src/core/host/lock.ts', `import lowdb from 'lowdb'`],
  ['src/core/text/inert.ts', `import { Text } from 'ink'`],
  ['src/core/text/inert.ts', `import { jsx } from 'react/jsx-runtime'`],
  ['src/core/text/inert.ts', `import Input from 'ink-text-input'`],
  ['src/core/text/inert.ts', `import { serve } from '@hono/node-server'`],
  ['src/core/text/inert.ts', `import type { SMTPConnection } from 'nodemailer/lib/smtp-connection'`],
  ['src/core/text/inert.ts', `import { main } from '../../daemon/main.ts'`],
  ['src/core/text/inert.ts', `export const open = () => import('../store/embedded/open.ts')`],
  ['src/daemon/check.ts', `import { App } from '../tui/app.tsx'`],
  ['src/daemon/check.ts', `import { open } from '../core/store/embedded/open.ts'`],
  ['src/daemon/main.ts', `import { up } from '../cli/up.ts'`],
  ['src/tui/app.tsx', `import { check, RULE_NAMES } from '../daemon/check.ts'\nexport const a = <b>don't</b>`],
  ['src/cli/users.ts', `export const check = async () => await import('../daemon/check.ts')`],
  ['src/cli/upgrade.ts', `import { main } from '../daemon/main.ts'`],
  ['src/cli/up.ts', `import { App } from '../tui/app.tsx'`],
  ['src/cli/main.ts', `export const home = process.env.HOME`],
  ['src/cli/main.ts', `export const home = process?.env['HOME']`],
  ['src/cli/main.ts', `export const home = process['env']`],
  ['src/cli/main.ts', `const { argv, env } = process\nexport { argv, env }`],
  ['src/cli/main.ts', `import { env } from 'node:process'\nexport { env }`],
  ['src/cli/main.ts', `export const load = (name: string) => import(name)`],
  ['src/cli/main.ts', `export const load = (name: string) => import(\`./\${name}.ts\`)`],
  ['src/core/text/index.ts', `export { inert } from './inert.ts'`],
  ['src/core/text/words.ts', `export * from './inert.ts'`],
  ['src/tui/focus-manager.ts', 'export {}'],
  ['src/tui/ResetHelper.tsx', 'export {}'],
  ['src/daemon/mail-service.ts', 'export {}'],
  ['src/core/text/utils.ts', 'export {}'],
]

describe('a breach of the rules', () => {
  it.each(BREACHES)('is seen in %s: %s', async (file, text) => {
    expect(await violations(file, text)).not.toEqual([])
  })

  it('is known of every rule', async () => {
    const seen = (await Promise.all(BREACHES.map(([file, text]) => violations(file, text)))).flat()
    expect(RULE_NAMES.filter((says) => !seen.some((violation) => violation.includes(`: ${says}: `)))).toEqual([])
  })
})

describe('what is allowed is not taken for a breach', () => {
  it.each([
    ['src/core/domain/schedule.ts', `import { Cron } from 'croner'\nimport * as v from 'valibot'\nimport './time.ts'`],
    [
      'src/core/domain/time.ts',
      `// Date.now() is the clock's\nexport const day = (at: number) => new Date(at).toISOString()`,
    ],
    ['src/core/domain/time.ts', `/** From 'node:fs': process.env. */\nexport const from = "node:fs"`],
    [
      'src/core/usecases/reset.ts',
      `import { changed } from '../store/error.ts'\nimport type { Store } from '../store/port.ts'`,
    ],
    [
      'src/core/store/embedded/log/open.ts',
      `import { Low } from 'lowdb'\nimport 'node:fs'\nimport '../../../host/lock.ts'`,
    ],
    ['src/core/host/environment.ts', `export const home = process.env.HOME`],
    ['src/daemon/main.ts', `import { open } from '../core/store/embedded/open.ts'`],
    ['src/cli/users.ts', `import { open } from '../core/store/embedded/open.ts'`],
    ['src/cli/up.ts', `import { main } from '../daemon/main.ts'`],
    ['src/cli/up/run.ts', `export const run = () => import('../../daemon/main.ts')`],
    ['src/cli/up/screen.ts', `export const open = () => import('../../tui/console.tsx')`],
  ])('%s: %s', async (file, text) => {
    expect(await violations(file, text)).toEqual([])
  })
})
