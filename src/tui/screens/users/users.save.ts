import type { FieldRefusal, User } from '../../../core/domain/user.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import type { Context } from '../../../core/usecases/context.ts'
import { type ResetRequested, requestResets } from '../../../core/usecases/reset.ts'
import { addUser, editUser, setUserStatus, type UserChanged } from '../../../core/usecases/users.ts'
import type { World } from '../../screen.ts'
import { readOutlook } from './users.outlook.ts'
import type { Saved, Wanted } from './users.state.ts'

/** Saves a form: the fields, then the status, then the reset that was ticked. What comes later goes by what came before. */
export async function save(wanted: Wanted, world: World): Promise<Saved> {
  const { store, context } = world
  const changed = await saveUser(wanted, context)
  switch (changed.kind) {
    case 'refused':
      return { kind: 'refused', errors: errorsOf(changed.refusals) }
    case 'changed-meanwhile':
      return { kind: 'changed-meanwhile', theirs: changed.user }
    case 'not-found':
      return { kind: 'gone' }
    case 'done': {
      const reset = wanted.reset ? await requestReset(changed.user, context) : null
      const user = (await store.get('user', changed.user.id)) ?? changed.user
      return { kind: 'done', user, reset, outlook: await readOutlook(world) }
    }
  }
}

async function saveUser(wanted: Wanted, context: Context): Promise<UserChanged> {
  if (wanted.kind === 'add') return addUser(context, wanted.fields)
  const { edit, fields, status } = wanted
  const edited =
    Object.keys(fields).length === 0 ? await asSeen(wanted, context) : await editUser(context, edit, fields)
  if (edited.kind !== 'done' || status === null) return edited
  return setUserStatus(context, { id: edited.user.id, version: edited.user.version }, status)
}

/** The user as the operator saw it, where no field was changed: a reset, too, is meant for what was seen. */
async function asSeen({ edit }: Extract<Wanted, { kind: 'edit' }>, { store }: Context): Promise<UserChanged> {
  const user = await store.get('user', edit.id)
  if (user === undefined) return { kind: 'not-found' }
  return user.version === edit.version ? { kind: 'done', user } : { kind: 'changed-meanwhile', user }
}

async function requestReset({ id }: User, context: Context): Promise<ResetRequested | null> {
  const [requested] = await requestResets(context, [id], { kind: 'usual' })
  return requested ?? null
}

/** What is wrong, by field, as a sentence's end: `is taken by ann`. */
function errorsOf(refusals: readonly FieldRefusal[]): ReadonlyMap<string, InertText> {
  return new Map(refusals.map(({ field, why }) => [field, inert(why, 300)]))
}
