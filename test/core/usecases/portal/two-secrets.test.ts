import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Credential, emptyCredential, type SecretKind, secretOf } from '../../../../src/core/domain/credential.ts'
import type { UserId } from '../../../../src/core/domain/ids.ts'
import { MINUTE } from '../../../../src/core/domain/time.ts'
import type { User } from '../../../../src/core/domain/user.ts'
import type { Claimed } from '../../../../src/core/usecases/delivery.ts'
import { openLink } from '../../../../src/core/usecases/portal/link.ts'
import { requestLink } from '../../../../src/core/usecases/portal/request-link.ts'
import { requestResets } from '../../../../src/core/usecases/reset.ts'
import { cancelTask, redoTask } from '../../../../src/core/usecases/tasks.ts'
import { keys, PostOffice, passwordIn, tokenIn } from '../post-office.ts'

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
  await office.openPortal()
})
afterEach(() => office[Symbol.asyncDispose]())

const kind = fc.constantFrom<SecretKind>('temporary', 'link')
const outcome = fc.constantFrom('delivered', 'deferred', 'refused', 'unknown')
const step = fc.oneof(
  fc.record({ does: fc.constant('ask' as const), kind }),
  fc.record({ does: fc.constant('claim' as const) }),
  fc.record({ does: fc.constant('settle' as const), outcome }),
  fc.record({ does: fc.constant('redo' as const), kind }),
  fc.record({ does: fc.constant('cancel' as const), kind }),
  fc.record({ does: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** One user with letters of both kinds, in whatever order things happen to them. */
class Scene {
  readonly id: UserId
  readonly email: string
  inHand: Claimed[] = []
  readonly sent: Claimed[] = []

  constructor({ id, email }: Pick<User, 'id' | 'email'>) {
    this.id = id
    this.email = email
  }

  async credential(): Promise<Credential> {
    return (await office.credential(this.id)) ?? emptyCredential(this.id)
  }

  async newest(of: SecretKind) {
    return (await office.store.tasksOf(this.id)).find((task) => secretOf(task.kind) === of)
  }

  /** Does a step; the kinds of secrets that it is about. */
  async take(todo: Step): Promise<readonly SecretKind[]> {
    switch (todo.does) {
      case 'ask':
        if (todo.kind === 'link') await requestLink(office.portal, this.email)
        else await requestResets(office.operator, [this.id], { kind: 'now' })
        return [todo.kind]
      case 'claim': {
        const claimed = await office.claimAll()
        this.inHand.push(...claimed)
        this.sent.push(...claimed)
        return claimed.flatMap(({ task }) => secretOf(task.kind) ?? [])
      }
      case 'settle': {
        const claimed = this.inHand.shift()
        if (claimed === undefined) return []
        await office.settle(claimed, todo.outcome as 'delivered')
        return [secretOf(claimed.task.kind) ?? 'link']
      }
      case 'redo':
      case 'cancel': {
        const task = await this.newest(todo.kind)
        const change = todo.does === 'redo' ? redoTask : cancelTask
        if (task !== undefined) await change(office.operator, { id: task.id, version: null })
        return [todo.kind]
      }
      case 'wait':
        office.clock.advance(todo.minutes * MINUTE)
        return []
    }
  }

  /** Of all letters of a kind that were ever made, the secrets of one round at most work. */
  async atMostOneWorks(): Promise<void> {
    const working: Record<SecretKind, Set<string>> = { temporary: new Set(), link: new Set() }
    for (const claimed of this.sent) {
      if (secretOf(claimed.task.kind) === 'link') {
        const token = tokenIn(claimed)
        if ((await openLink(office.portal, keys, token)).kind === 'works') working.link.add(token)
      } else if (await office.works(this.id, passwordIn(claimed))) working.temporary.add(passwordIn(claimed))
    }
    expect(working.link.size).toBeLessThanOrEqual(1)
    expect(working.temporary.size).toBeLessThanOrEqual(1)
  }
}

it('a link never touches a temporary password, nor the other way round, and one of each works at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const scene = new Scene(await office.addUser())
      for (const todo of steps) {
        const before = await scene.credential()
        const about = await scene.take(todo)
        const after = await scene.credential()
        if (!about.includes('link')) expect(after.link).toEqual(before.link)
        if (!about.includes('temporary')) expect(after.temporary).toEqual(before.temporary)
        await scene.atMostOneWorks()
      }
      for (const claimed of scene.inHand) await office.settle(claimed, 'refused')
      await office.delete(scene.id)
    }),
    { numRuns: 100 },
  )
})
