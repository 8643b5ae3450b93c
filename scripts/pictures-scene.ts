import { importSampleUsers } from '../src/cli/up/sample-users.ts'
import type { Actor } from '../src/core/domain/actor.ts'
import type { MailLogEntry } from '../src/core/domain/mail-log.ts'
import type { Happening, Outcome } from '../src/core/domain/outcome.ts'
import { ATTEMPT_DEADLINE, beginAttempt, endTask, newTask, settleTask, type Task } from '../src/core/domain/task.ts'
import { HOUR, type Instant, MINUTE } from '../src/core/domain/time.ts'
import type { User } from '../src/core/domain/user.ts'
import { aLetter } from '../test/support/builders.ts'
import type { House } from '../test/support/posternd.ts'

const SUBJECT = 'Your temporary password'

/** What a server said to the recipient of a letter. */
const refusal = (replyCode: number, enhancedCode: string, words: string): Happening => ({
  stage: 'rcpt',
  code: 'EENVELOPE',
  originalCode: null,
  replyCode,
  enhancedCode,
  reply: `${replyCode} ${enhancedCode} ${words}`,
})

const GREYLISTED = refusal(451, '4.7.1', 'Greylisting in action, please come back later')
const unknownUser = (address: string): Happening =>
  refusal(550, '5.1.1', `<${address}>: Recipient address rejected: User unknown`)

/** One letter of the day. */
interface Played {
  readonly who: string
  /** How long ago it was due, in minutes; it is due later where negative. */
  readonly ago: number
  readonly tries?: readonly (Happening | null)[]
  readonly cancelled?: true
}

/** Letters by the hour, over the last day; what happened to some of them. */
function day(people: readonly User[]): readonly Played[] {
  const perHour = [4, 6, 3, 5, 2, 1, 3, 0, 1, 0, 0, 0, 0, 1, 0, 2, 4, 7, 5, 6, 9, 4, 3, 5]
  const usual = perHour.flatMap((count, hour) =>
    Array.from({ length: count }, (_, n): Played => {
      const who = people[(hour * 5 + n * 3) % people.length]?.username ?? ''
      return { who, ago: 60 * hour + 22 + n * 4, tries: hour % 7 === 3 && n === 0 ? [GREYLISTED, null] : [null] }
    }),
  )
  return [
    ...usual,
    { who: 'grace', ago: -4 },
    { who: 'kenji', ago: -9 },
    { who: 'zoe', ago: 3, tries: [GREYLISTED, GREYLISTED] },
    { who: 'nguyen', ago: 6, tries: [GREYLISTED, unknownUser('thi.nguyen@example.com')] },
    { who: 'dmitri', ago: 17, tries: [unknownUser('d.volkov@example.net')] },
    { who: 'fatima', ago: 13, cancelled: true },
  ]
}

/** Puts a day of letters to the sample users into a store, as the daemon and an operator would have left it. */
export async function playDay({ store, context }: House): Promise<void> {
  const operator: Actor = { ...context.actor, door: 'console' }
  await importSampleUsers(context)
  const people = (await store.users({ limit: 100 })).items
  const now = Date.now()
  await store.transact(operator, 'tasks.redo', async (tx) => {
    const entries: MailLogEntry[] = []
    for (const played of day(people)) {
      const user = people.find(({ username }) => username === played.who)
      if (user === undefined) throw new Error(`there is no ${played.who}`)
      const dueAt = now - played.ago * MINUTE
      let task: Task = newTask({
        id: context.ids.task(),
        kind: 'reset-password',
        user: { id: user.id, username: user.username },
        to: user.email,
        createdBy: operator,
        createdAt: dueAt - 10 * MINUTE,
        seed: { nonce: context.ids.nonce(16), dueAt },
      })
      for (const [index, happening] of (played.tries ?? []).entries()) {
        if (task.status !== 'wait') throw new Error('it has ended')
        const tried = attempt(task, user, index, happening)
        entries.push(tried.entry)
        task = tried.task
      }
      tx.put('task', played.cancelled === true ? endTask(task, 'cancelled', null, dueAt - 3 * MINUTE) : task)
    }
    for (const entry of entries.toSorted((a, b) => a.at - b.at)) tx.log(entry)
  })

  function attempt(task: Extract<Task, { status: 'wait' }>, user: User, index: number, happening: Happening | null) {
    const at: Instant = task.scheduledAt
    const id = context.ids.attempt()
    const letter = aLetter({
      to: { name: user.name, address: task.to },
      date: at,
      messageId: `${task.id}.1@example.org`,
    })
    const running = { id, startedAt: at, by: '4711@1', deadline: at + ATTEMPT_DEADLINE }
    const outcome: Outcome =
      happening === null ? 'delivered' : (happening.replyCode ?? 0) < 500 ? 'deferred' : 'refused'
    const reply = happening?.reply ?? '250 2.0.0 Ok: queued as 4F2C1A'
    const durationMs = 180 + index * 25
    const settled = settleTask(beginAttempt(task, { running, letter, key: 1 }), {
      outcome,
      throttled: false,
      happening,
      code: happening?.enhancedCode ?? null,
      reply,
      durationMs,
      at,
      crashed: false,
      jitter: 0,
      retryMs: 48 * HOUR,
    })
    const entry = {
      id,
      at,
      task: task.id,
      kind: task.kind,
      user: task.user,
      round: 1,
      attempt: index + 1,
      to: task.to,
      subject: SUBJECT,
      outcome,
      happening,
      reply,
      replyCode: happening?.replyCode ?? 250,
      enhancedCode: happening?.enhancedCode ?? '2.0.0',
      stages: [],
      conversation: `C: RCPT TO:<${task.to}>\nS: ${reply}`,
      durationMs,
      letter,
    }
    return { task: settled, entry }
  }
}
