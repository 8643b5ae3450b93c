import { isIdPrefix, type UserId } from '../../../core/domain/ids.ts'
import type { User } from '../../../core/domain/user.ts'
import type { Paging, Store } from '../../../core/store/port.ts'
import { refusalWords } from '../../../core/text/task-words.ts'
import type { Context } from '../../../core/usecases/context.ts'
import { readCredential } from '../../../core/usecases/credential.ts'
import { requestResets } from '../../../core/usecases/reset.ts'
import { cancelTask, type TaskEdit } from '../../../core/usecases/tasks.ts'
import { deleteUser, findUser, setUserStatus, type UserChanged } from '../../../core/usecases/users.ts'
import { firstRows } from '../../list/mark-all.ts'
import { pagingOf, type Slice } from '../../list/window.ts'
import type { World } from '../../screen.ts'
import { importPreviewed, look } from './users.import.ts'
import { planReset, readOutlook } from './users.outlook.ts'
import { save } from './users.save.ts'
import { parseUserSearch, type UserAction, type UserDetail, type UsersEffect, type UsersMsg } from './users.state.ts'

/** Does what the page of users asked for. */
export async function performUsers(effect: UsersEffect, world: World): Promise<UsersMsg> {
  const { store, context } = world
  switch (effect.kind) {
    case 'read':
      return { kind: 'rows', ticket: effect.ask.ticket, slice: await readSlice(pagingOf(effect.ask), effect, store) }
    case 'read-to-mark': {
      const first = await firstRows((paging) => readSlice(paging, effect, store))
      return { kind: 'to-mark', filter: effect.filter, first }
    }
    case 'read-user':
      return { kind: 'user', asked: effect.asked, detail: await readDetail(effect.asked, store) }
    case 'read-outlook':
      return { kind: 'outlook', outlook: await readOutlook(world) }
    case 'prepare-reset':
      return { kind: 'reset-ready', plan: await planReset(effect.users, world) }
    case 'reset': {
      const requested = await requestResets(context, effect.users, effect.when)
      return { kind: 'reset-done', requested, outlook: await readOutlook(world) }
    }
    case 'undo':
      return undo(effect.edits, context)
    case 'act':
      return act(effect.action, effect.users, context)
    case 'save':
      return { kind: 'saved', saved: await save(effect.wanted, world) }
    case 'look':
      return { kind: 'looked', looked: await look(effect.file, context) }
    case 'import':
      return { kind: 'imported', imported: await importPreviewed(effect.preview, context) }
  }
}

const NOBODY: Slice<User> = { items: [], next: null, previous: null, total: 0 }

async function readSlice(
  from: Paging,
  { filter, sort, direction }: Pick<Extract<UsersEffect, { kind: 'read' }>, 'filter' | 'sort' | 'direction'>,
  store: Store,
): Promise<Slice<User>> {
  const search = parseUserSearch(filter)
  if (search.isImpossible) return NOBODY
  const page = await store.users({ ...from, ...search.filter, sort, direction })
  return { ...page, total: await store.userCount(search.filter) }
}

/** A user by id, username or e-mail address, with how they sign in and their letters; null when there is none. */
async function readDetail(asked: string, store: Store): Promise<UserDetail | null> {
  const user = (await userById(asked, store)) ?? (await findUser(store, asked))
  if (user === undefined) return null
  return { user, credential: await readCredential(store, user.id), tasks: await store.tasksOf(user.id) }
}

/** What could be an id is one when there is a user of it. */
const asUserId = (text: string): UserId | null => (isIdPrefix(text) ? (text as UserId) : null)

async function userById(text: string, store: Store): Promise<User | undefined> {
  const id = asUserId(text)
  return id === null ? undefined : store.get('user', id)
}

async function undo(edits: readonly TaskEdit[], context: Context): Promise<UsersMsg> {
  const changed = await Promise.all(edits.map((edit) => cancelTask(context, edit)))
  const refused = changed.flatMap((change) => {
    if (change.kind === 'done') return []
    return [change.kind === 'not-found' ? 'A task is not there any more.' : refusalWords(change, change.task)]
  })
  return { kind: 'undone', cancelled: changed.length - refused.length, refused }
}

async function act(action: UserAction, users: readonly User[], context: Context): Promise<UsersMsg> {
  const changed = await Promise.all(users.map((user) => actOn(action, user, context)))
  const done = users.filter((_, index) => changed[index]?.kind === 'done').map(({ username }) => username)
  const refused = users.flatMap(({ username }, index) => refusedWords(username, changed[index]) ?? [])
  return { kind: 'acted', acted: { action, done, refused } }
}

function actOn(action: UserAction, { id, version }: User, context: Context): Promise<UserChanged> {
  const edit = { id, version }
  switch (action) {
    case 'disable':
      return setUserStatus(context, edit, 'disabled')
    case 'enable':
      return setUserStatus(context, edit, 'active')
    case 'delete':
      return deleteUser(context, edit)
  }
}

function refusedWords(username: string, changed: UserChanged | undefined): string | null {
  switch (changed?.kind) {
    case undefined:
    case 'done':
      return null
    case 'refused':
      return changed.refusals.map(({ field, why }) => `${username}: ${field} ${why}.`).join(' ')
    case 'not-found':
      return `${username} is not there any more.`
    case 'changed-meanwhile':
      return `${username} was changed meanwhile: look, and press the key again.`
  }
}
