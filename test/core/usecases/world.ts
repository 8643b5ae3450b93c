import { expect } from 'vitest'
import { SECRET_HARD_LIMIT } from '../../../src/core/domain/credential.ts'
import type { AttemptId, TaskId, UserId } from '../../../src/core/domain/ids.ts'
import type { Outcome } from '../../../src/core/domain/outcome.ts'
import { isEnded, TASK_STATUSES, type Task } from '../../../src/core/domain/task.ts'
import type { Instant } from '../../../src/core/domain/time.ts'
import type { Claimed } from '../../../src/core/usecases/delivery.ts'
import { allPages } from '../../support/store.ts'
import { bytesOf, PostOffice, passwordIn } from './post-office.ts'

/** A temporary password that was begun: what the model knows of its life. */
interface Password {
  readonly user: UserId
  readonly task: TaskId
  readonly round: number
  readonly text: string
  readonly bytes: string
  alive: boolean
  firstArrivedAt: Instant | null
}

/**
 * The model beside the store: whatever an operator and a daemon did in whatever order, it knows which letters may be in
 * hand, what the mail log must hold and which temporary passwords work.
 */
export class World {
  readonly office: PostOffice
  readonly users: UserId[] = []
  readonly gone = new Set<UserId>()
  /** What the daemon holds, and what a dead one held. */
  inHand: Claimed[] = []
  readonly lost: Claimed[] = []
  readonly settled = new Map<AttemptId, Outcome>()
  readonly passwords: Password[] = []
  readonly #versions = new Map<TaskId, number>()

  constructor(office: PostOffice) {
    this.office = office
  }

  static async open(): Promise<World> {
    const world = new World(await PostOffice.open())
    for (let count = 0; count < 3; count++) await world.join()
    return world
  }

  async join(): Promise<void> {
    this.users.push((await this.office.addUser()).id)
  }

  tasks(): Promise<Task[]> {
    return allPages((paging) => this.office.store.tasks(paging))
  }

  kill(fits: (password: Password) => boolean): void {
    for (const password of this.passwords) if (fits(password)) password.alive = false
  }

  passwordOf({ task }: Claimed): Password {
    const found = this.passwords.find(({ task: id, round }) => id === task.id && round === task.round.number)
    if (found === undefined) throw new Error('an attempt was never begun')
    return found
  }

  /** What a claim must be, and what it brings to life. */
  async claimed(claimed: Claimed): Promise<void> {
    const { task } = claimed
    if (task.user === null) throw new Error('a reset without a user')
    const user = await this.office.user(task.user.id)
    expect(user.status).toBe('active')
    expect([task.to, task.round.letter?.to.address]).toEqual([user.email, user.email])
    expect(task.round.letter?.messageId).toBe(`${task.id}.${task.round.number}@example.org`)
    const { id: own } = user
    const begun = {
      user: own,
      task: task.id,
      round: task.round.number,
      text: passwordIn(claimed),
      bytes: bytesOf(claimed),
    }
    if (task.round.attempts > 1) expect(this.passwordOf(claimed)).toMatchObject(begun)
    else {
      this.kill(({ user: other }) => other === own)
      this.passwords.push({ ...begun, alive: true, firstArrivedAt: null })
    }
    this.inHand.push(claimed)
    expect(await this.office.works(own, begun.text), 'no letter brings a dead password').toBe(true)
  }

  /** What came of an attempt that nobody had settled. */
  noted(claimed: Claimed, outcome: Outcome, at: Instant): void {
    this.inHand = this.inHand.filter((other) => other !== claimed)
    this.settled.set(claimed.task.running.id, outcome)
    const password = this.passwordOf(claimed)
    if (outcome === 'delivered' || outcome === 'unknown') password.firstArrivedAt ??= at
  }

  /** What was not begun after all never was. */
  released(claimed: Claimed): void {
    this.inHand = this.inHand.filter((other) => other !== claimed)
    if (claimed.task.round.attempts === 1) this.passwords.splice(this.passwords.indexOf(this.passwordOf(claimed)), 1)
  }

  async holds(): Promise<void> {
    const tasks = await this.tasks()
    await this.#countsHold(tasks)
    await this.#logHolds(tasks)
    for (const task of tasks) {
      expect(task.version).toBeGreaterThanOrEqual(this.#versions.get(task.id) ?? 0)
      this.#versions.set(task.id, task.version)
      const rounds = this.passwords.filter((password) => password.task === task.id)
      const last = rounds.find(({ round }) => round === task.round.number)
      const voided =
        task.status === 'cancelled' || (task.status === 'failed' && (last?.firstArrivedAt ?? null) === null)
      if (voided) for (const password of rounds) password.alive = false
      if (task.status === 'carried-out')
        expect(task.attempts.at(-1)).toMatchObject({ outcome: 'delivered', round: task.round.number })
    }
    await this.#passwordsHold()
  }

  async #countsHold(tasks: readonly Task[]): Promise<void> {
    const counts = Object.fromEntries(
      TASK_STATUSES.map((status) => [status, tasks.filter((task) => task.status === status).length]),
    )
    expect(await this.office.store.taskCounts()).toEqual(counts)
    const open = tasks.filter((task) => !isEnded(task)).map(({ user }) => user?.id)
    expect(new Set(open).size, 'one open reset a user').toBe(open.length)
    const running = tasks.flatMap((task) => (task.status === 'executing' ? [task.running.id] : []))
    expect(running.sort()).toEqual(this.inHand.map(({ task }) => task.running.id).sort())
  }

  async #logHolds(tasks: readonly Task[]): Promise<void> {
    const log = (await this.office.log()).map(({ id, outcome }) => [id, outcome] as const)
    expect(log.length, 'one entry an attempt').toBe(this.settled.size)
    expect(new Map(log)).toEqual(this.settled)
    for (const { attempts } of tasks) for (const { id, outcome } of attempts) expect(this.settled.get(id)).toBe(outcome)
  }

  async #passwordsHold(): Promise<void> {
    const { office } = this
    const now = office.store.now()
    for (const { user, text, alive, firstArrivedAt, task, round } of this.passwords) {
      const young = firstArrivedAt === null || now < firstArrivedAt + SECRET_HARD_LIMIT
      expect(await office.works(user, text), `the password of ${task}.${round}`).toBe(alive && young)
    }
    for (const user of this.users) {
      const credential = await office.credential(user)
      const newest = this.passwords.findLast((password) => password.user === user)
      if (this.gone.has(user)) expect(credential).toBeUndefined()
      else if (credential?.temporary)
        expect([credential.temporary.task, credential.temporary.round]).toEqual([newest?.task, newest?.round])
    }
  }
}
