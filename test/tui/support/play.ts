import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { afterAll } from 'vitest'
import { bundling } from '../../../scripts/bundle.mjs'
import { temporaryDirectory } from '../../support/store.ts'
import { Pty, type PtyOptions } from './pty.ts'

const root = join(import.meta.dirname, '../../..')

/** Builds `a-play.tsx` as the programs are built; the result is what to start. */
export async function buildPlay(): Promise<string> {
  const directory = temporaryDirectory()
  afterAll(() => directory[Symbol.dispose]())
  const { outputFiles } = await build(bundling(root, { play: 'test/tui/support/a-play.tsx' }, directory.path))
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
  symlinkSync(join(root, 'node_modules'), join(directory.path, 'node_modules'))
  return join(directory.path, 'play.js')
}

/** The play in a pseudo-terminal. */
export const startPlay = (program: string, options: PtyOptions = {}, ...args: string[]): Pty =>
  new Pty(process.execPath, [program, ...args], options)
