import { secretWorks } from '../../domain/credential.ts'
import type { UserId } from '../../domain/ids.ts'
import { SESSION_SEEN_STEP, type Session, sessionOver } from '../../domain/session.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import { newSessionSecret, sessionHash } from '../../secrets/session-secret.ts'
import type { Reads, Transaction } from '../../store/port.ts'
import type { Context } from '../context.ts'

/** Who is signed in, and what that opens. */
export interface SignedInAs {
  /** As the user is now. */
  readonly user: User
  /** `scope` says what it opens: `new-password` only the page that sets one. */
  readonly session: Session
}

/** A user has at most so many sessions: a new one ends the oldest. */
const MOST_SESSIONS = 20

/**
 * The session of a cookie's secret, if it is one that lives: not idle for 30 minutes, not 12 hours old, of a user who is
 * active, and for the scope `new-password` while the temporary password works that opened it. Notes that it was used,
 * once a minute at most.
 * @returns null for anything else, whatever was sent; the cookie is to be cleared then
 */
export async function readSession({ store, actor }: Context, secret: string): Promise<SignedInAs | null> {
  const hash = sessionHash(secret)
  if (hash === null) return null
  const found = await living(store, hash, store.now())
  if (found === null || store.now() < found.session.seenAt + SESSION_SEEN_STEP) return found
  return store.transact({ ...actor, name: found.user.username }, 'portal.seen', async (tx) => {
    const still = await living(tx, hash, tx.now)
    if (still === null) return null
    const session = { ...still.session, seenAt: tx.now }
    tx.put('session', session)
    return { ...still, session }
  })
}

async function living(store: Pick<Reads, 'get'>, hash: string, now: Instant): Promise<SignedInAs | null> {
  const session = await store.get('session', hash)
  if (session === undefined || sessionOver(session, now)) return null
  const user = await store.get('user', session.user)
  if (user?.status !== 'active') return null
  return session.temporary === null || (await temporaryLives(store, session, now)) ? { user, session } : null
}

/** Whether the temporary password that opened a session works still: it is not replaced, killed or over. */
async function temporaryLives(store: Pick<Reads, 'get'>, session: Session, now: Instant): Promise<boolean> {
  const live = (await store.get('credential', session.user))?.temporary ?? null
  const { temporary } = session
  const same = live !== null && live.task === temporary?.task && live.round === temporary.round
  return same && secretWorks(live, now)
}

/** Opens a session in place of `previous`, the secret that the browser brought; the new secret, for the cookie alone. */
export async function openSession(
  tx: Transaction,
  opened: Pick<Session, 'user' | 'scope' | 'temporary'>,
  previous: string | null,
): Promise<string> {
  const replaced = previous === null ? null : sessionHash(previous)
  if (replaced !== null && (await tx.get('session', replaced)) !== undefined) tx.delete('session', replaced)
  const others = (await tx.sessionsOf(opened.user)).toSorted((a, b) => a.createdAt - b.createdAt)
  for (const { hash } of others.slice(0, Math.max(0, others.length - MOST_SESSIONS + 1))) tx.delete('session', hash)
  const secret = newSessionSecret()
  const hash = sessionHash(secret)
  if (hash === null) throw new Error('a new session secret is malformed')
  tx.put('session', { hash, ...opened, createdAt: tx.now, seenAt: tx.now })
  return secret
}

/** Ends every session of a user; how many there were. */
export async function endSessions(tx: Transaction, user: UserId): Promise<number> {
  const sessions = await tx.sessionsOf(user)
  for (const { hash } of sessions) tx.delete('session', hash)
  return sessions.length
}

/** Ends the session of a cookie's secret, if there is one. */
export async function signOut({ store, actor }: Context, secret: string): Promise<void> {
  const hash = sessionHash(secret)
  const session = hash === null ? undefined : await store.get('session', hash)
  if (session === undefined) return
  const user = await store.get('user', session.user)
  await store.transact({ ...actor, name: user?.username ?? actor.name }, 'portal.sign-out', async (tx) => {
    if ((await tx.get('session', session.hash)) !== undefined) tx.delete('session', session.hash)
  })
}

/** Ends every session of the person who is signed in with `secret`, this one too; how many, or null for a dead session. */
export async function signOutEverywhere({ store, actor }: Context, secret: string): Promise<number | null> {
  const hash = sessionHash(secret)
  const found = hash === null ? null : await living(store, hash, store.now())
  if (found === null) return null
  const { id, username } = found.user
  return store.transact({ ...actor, name: username }, 'portal.sign-out-everywhere', async (tx) => {
    // Another one may have ended this session a moment ago.
    if ((await living(tx, found.session.hash, tx.now)) === null) return null
    return endSessions(tx, id)
  })
}

const SWEEP = 500

/** Removes sessions that are over, some at a time; how many. */
export async function retireSessions({ store, actor }: Context): Promise<number> {
  return store.transact(actor, 'housekeeping.sessions', async (tx) => {
    const over = await tx.sessionsOver({ now: tx.now, limit: SWEEP })
    for (const { hash } of over) tx.delete('session', hash)
    return over.length
  })
}
