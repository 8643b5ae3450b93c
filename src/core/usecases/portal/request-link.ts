import { parseAddress } from '../../domain/address.ts'
import { settingsInForce } from '../../domain/setting.ts'
import { isEnded, newTask, type Task } from '../../domain/task.ts'
import { HOUR, type Instant, MINUTE } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import type { Transaction } from '../../store/port.ts'
import { type Context, NONCE_BYTES } from '../context.ts'

/** Why no letter leaves. It is for the log and for tests: what the person is told must not depend on it. */
type NoLetter = 'off' | 'unknown' | 'disabled' | 'open' | 'too-soon' | 'too-many' | 'full'

export type LinkRequested =
  | { readonly kind: 'made'; readonly task: Task }
  | { readonly kind: 'none'; readonly why: NoLetter }

/** No two letters with links go to one user within this time. */
const BETWEEN = 5 * MINUTE
/** Nor more than so many within an hour. */
const AN_HOUR = 3
/** So many letters with links may be under way at once: whoever asks for everybody's floods no queue. */
const MOST_OPEN = 1000

/**
 * Somebody forgot the password and typed an e-mail address. An active user whose address it is gets a letter with a link,
 * due in `delay` ms; who has one under way, or got one lately, gets none. Nothing about signing in changes by it.
 *
 * Whatever was typed, the work is the same: one transaction, one line in the journal. The letter itself is
 * made later, by the dispatcher. What is left is the length of that line (0.5 ms against 0.4 ms, measured): a door hides
 * it by answering at a fixed time after the request, not when this is done.
 */
export async function requestLink(context: Context, typed: string, delay = 0): Promise<LinkRequested> {
  const { store, actor } = context
  const address = parseAddress(typed.trim())
  return store.transact(actor, 'portal.forgot-password', async (tx): Promise<LinkRequested> => {
    const { SERVICE_FORGOT_PASSWORD_ENABLE: enabled } = settingsInForce(await tx.settings())
    const user = address.ok ? await tx.userByAddress(address.key) : undefined
    const why = enabled ? await refusal(tx, user) : 'off'
    if (why === null && user !== undefined) return { kind: 'made', task: makeTask(tx, context, user, delay) }
    tx.note(`user:${user?.id ?? 'unknown'}`)
    return { kind: 'none', why: why ?? 'unknown' }
  })
}

async function refusal(tx: Transaction, user: User | undefined): Promise<NoLetter | null> {
  if (user === undefined) return 'unknown'
  if (user.status === 'disabled') return 'disabled'
  const letters = (await tx.tasksOf(user.id)).filter(({ kind }) => kind === 'reset-link')
  if (letters.some((task) => !isEnded(task))) return 'open'
  if (letters.some((task) => lastTried(task) > tx.now - BETWEEN)) return 'too-soon'
  if (letters.filter(({ createdAt }) => createdAt > tx.now - HOUR).length >= AN_HOUR) return 'too-many'
  return (await tx.openTasks('reset-link')) >= MOST_OPEN ? 'full' : null
}

/** When a letter last left, or was to. */
const lastTried = ({ createdAt, attempts }: Task): Instant => attempts.at(-1)?.at ?? createdAt

function makeTask(tx: Transaction, { ids, actor }: Context, user: User, delay: number): Task {
  const address = parseAddress(user.email)
  const task = newTask({
    id: ids.task(),
    kind: 'reset-link',
    user: { id: user.id, username: user.username },
    to: address.ok ? address.wire : user.email,
    createdBy: actor,
    createdAt: tx.now,
    seed: { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now + delay },
  })
  tx.put('task', task)
  return task
}
