import { visitor } from '../../../src/core/domain/actor.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { systemClock } from '../../../src/core/host/clock.ts'
import { hashPassword } from '../../../src/core/secrets/password-hash.ts'
import { sendTestMail } from '../../../src/core/usecases/tasks.ts'
import { addUser } from '../../../src/core/usecases/users.ts'
import { type Daemon, startDaemon } from '../../../src/daemon/daemon.ts'
import { aCredential } from '../../support/builders.ts'
import { type House, makeHouse, plainServer } from '../../support/posternd.ts'
import { freePort, type Sink, type SunkLetter, startSink } from '../../support/sink.ts'

export const OLD = 'the old password is long'
export const NEW = 'a new password is longer'

/** A daemon whose portal is open on this machine, with a real mail server behind it. */
export interface OpenPortal extends AsyncDisposable {
  readonly house: House
  readonly sink: Sink
  /** Where people find it. */
  readonly origin: string
  /** What the daemon logged, a JSON text each. */
  readonly lines: readonly string[]
  /** A user whose password is `OLD`. */
  user(username: string, locale?: 'en' | 'zh-TW'): Promise<User>
  /** The letters to an address, once there are so many. */
  letters(to: string, count?: number): Promise<readonly SunkLetter[]>
}

/** Opens it as an operator does: mail, a test letter that arrives, then the portal and its links. */
export async function openPortal(host = 'localhost'): Promise<OpenPortal> {
  const sink = await startSink()
  const house = await makeHouse()
  const port = await freePort()
  const origin = `http://${host}:${port}`
  await house.set({
    ...plainServer(sink.port),
    SERVICE_SIGN_IN_URL: '',
    SERVICE_PORTAL_ENABLE: true,
    SERVICE_PORTAL_LISTEN: `127.0.0.1:${port}`,
    SERVICE_PORTAL_URL: origin,
    SERVICE_PORTAL_NAME: 'Example Organisation',
    // So that a crowd in a test can come from elsewhere.
    SERVICE_PORTAL_TRUSTED_PROXY: '127.0.0.1',
  })
  const lines: string[] = []
  const opened = Promise.withResolvers<void>()
  const daemon = await start(house, (line) => {
    lines.push(line)
    if (line.includes('the portal is open')) opened.resolve()
  })
  const { id } = await sendTestMail(house.context, 'ops@example.org')
  await until(house, async () => (await house.store.get('task', id))?.status === 'carried-out')
  await house.set({ SERVICE_FORGOT_PASSWORD_ENABLE: true })
  await opened.promise
  return {
    house,
    sink,
    origin,
    lines,
    user: (username, locale = 'en') => giveUser(house, username, locale),
    async letters(to, count = 1) {
      const sunk = () => sink.letters().filter((letter) => letter.to === to)
      const carriedOut = async () => sunk().length >= count
      await until(house, carriedOut)
      return sunk()
    },
    async [Symbol.asyncDispose]() {
      await daemon.stop()
      await house.remove()
      await sink.stop()
    },
  }
}

function start({ context, store, keys, data }: House, tell: (line: string) => void): Promise<Daemon> {
  const write = (...said: unknown[]) => tell(JSON.stringify(said))
  return startDaemon({
    context: { ...context, actor: { name: 'posternd', uid: 999, door: 'daemon', address: null } },
    upkeep: store,
    keys,
    data,
    templates: `${data}/store/templates`,
    version: 'test',
    clock: systemClock,
    log: { info: write, warn: write, error: write },
    random: () => 0,
  })
}

/** Resolves as soon as `holds`; it is looked at after each change of the store. */
async function until({ store }: House, holds: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController()
  const changes = store.changes(stop.signal)[Symbol.asyncIterator]()
  try {
    for (let change = changes.next(); !(await holds()); change = changes.next()) await change
  } finally {
    stop.abort()
  }
}

let hash: Promise<string> | null = null

async function giveUser({ context, store }: House, username: string, locale: string): Promise<User> {
  const added = await addUser(context, { username, email: `${username}@example.org`, name: 'Ada Lovelace', locale })
  if (added.kind !== 'done') throw new Error(`${username} was not added: ${JSON.stringify(added)}`)
  hash ??= hashPassword(OLD)
  const made = await hash
  await store.transact(visitor(context.actor, null), 'give a password', async (tx) =>
    tx.put('credential', aCredential(added.user.id, { hash: made })),
  )
  return added.user
}
