import { readdirSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { playSandbox } from '../../../src/cli/up/play.ts'
import { currentActor } from '../../../src/core/host/environment.ts'
import { systemIds } from '../../../src/core/host/random.ts'
import { openStore } from '../../../src/core/open.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { findUser } from '../../../src/core/usecases/users.ts'
import { aDirectory } from './a-run.ts'

/** Lines as they are printed. */
class Paper {
  readonly lines: string[] = []
  #wake: () => void = () => {}

  readonly print = (line: string): void => {
    this.lines.push(line)
    this.#wake()
  }

  /** The first line that fits, once it is there. */
  async found(pattern: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((each) => pattern.test(each))
      if (line !== undefined) return line
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

it('on a terminal the sandbox goes on after the story, says what others make its daemon do, and is cleared away', async () => {
  const tmp = aDirectory()
  vi.stubEnv('TMPDIR', tmp)
  onTestFinished(() => void vi.unstubAllEnvs())
  const paper = new Paper()
  const ended = new AbortController()
  const { print } = paper
  const play = playSandbox({ data: undefined, print, warn: print, ended: ended.signal, onTerminal: true })
  await paper.found(/^From another terminal:$/)

  const data = /store +(.+)$/.exec(await paper.found(/^ +store /))?.[1] ?? ''
  const store = await openStore(data, { create: false, warn: print })
  const user = await findUser(store, 'zoe')
  const context = { store, actor: currentActor('console'), ids: systemIds }
  await requestResets(context, user === undefined ? [] : [user.id], { kind: 'now' })
  await store.close()

  await paper.found(/^\d\d:\d\d:\d\d {2}success {2}zoe@example\.net {2}"Your temporary password"$/)
  await paper.found(/^ +caught for zoe@example\.net: [0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/)
  ended.abort()
  await play
  expect(paper.lines.slice(-2)).toEqual(['Stopping: letters under way are finished first.', `Removed ${data}.`])
  expect(readdirSync(tmp)).toEqual([])
})
