import { readdirSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { inboxOf } from '../../../src/cli/up/inbox.ts'
import { keep } from '../../../src/cli/up/keep.ts'
import { playSandbox } from '../../../src/cli/up/play.ts'
import type { Sandbox } from '../../../src/cli/up/sandbox.ts'
import { currentActor } from '../../../src/core/host/environment.ts'
import { systemIds } from '../../../src/core/host/random.ts'
import { openStore } from '../../../src/core/open.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { findUser } from '../../../src/core/usecases/users.ts'
import type { Inbox } from '../../../src/tui/inbox.ts'
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

it('a sandbox that somebody stays in goes on after the story, shows what it catches, and is cleared away', async () => {
  const tmp = aDirectory()
  vi.stubEnv('TMPDIR', tmp)
  onTestFinished(() => void vi.unstubAllEnvs())
  const paper = new Paper()
  const ended = new AbortController()
  const { print } = paper
  const inbox = Promise.withResolvers<Inbox>()
  const stay = ({ house, catcher }: Sandbox) => {
    inbox.resolve(inboxOf(catcher))
    return keep(house, { print, ended: ended.signal })
  }
  const play = playSandbox({ data: undefined, print, warn: print, ended: ended.signal, stay })
  await paper.found(/^From another terminal:$/)

  const data = /store +(.+)$/.exec(await paper.found(/^ +store /))?.[1] ?? ''
  const store = await openStore(data, { create: false, warn: print })
  const user = await findUser(store, 'zoe')
  const context = { store, actor: currentActor('console'), ids: systemIds }
  await requestResets(context, user === undefined ? [] : [user.id], { kind: 'now' })
  await store.close()

  await paper.found(/^\d\d:\d\d:\d\d {2}success {2}zoe@example\.net {2}"Your temporary password"$/)
  const [letter, ...others] = await (await inbox.promise).letters()
  expect(others).toHaveLength(4)
  expect(letter).toMatchObject({ to: 'Zoë "Zed" Almeida <zoe@example.net>', subject: 'Your temporary password' })
  expect(letter?.headers.map(([name]) => name)).toEqual(['From', 'To', 'Subject', 'Date'])
  expect(letter?.secret).toMatchObject({
    kind: 'temporary password',
    text: expect.stringMatching(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){5}$/),
  })
  expect(letter?.text).toContain(`\n${letter?.secret?.text}\n`)
  ended.abort()
  await play
  expect(paper.lines.slice(-2)).toEqual(['Stopping: letters under way are finished first.', `Removed ${data}.`])
  expect(readdirSync(tmp)).toEqual([])
})
