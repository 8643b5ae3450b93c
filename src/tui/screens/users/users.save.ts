import type { FieldRefusal } from '../../../core/domain/user.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import type { Context } from '../../../core/usecases/context.ts'
import { requestResets } from '../../../core/usecases/reset.ts'
import { addUser, saveUser, type UserSaved } from '../../../core/usecases/users.ts'
import type { World } from '../../screen.ts'
import { readOutlook } from './users.outlook.ts'
import type { Saved, Wanted } from './users.state.ts'

/** Saves a form: the fields, the status and the reset that was ticked, all or none. */
export async function save(wanted: Wanted, world: World): Promise<Saved> {
  const { store, context } = world
  const saved = await saveWanted(wanted, context)
  switch (saved.kind) {
    case 'refused':
      return { kind: 'refused', errors: errorsOf(saved.refusals) }
    case 'changed-meanwhile':
      return { kind: 'changed-meanwhile', theirs: saved.user }
    case 'not-found':
      return { kind: 'gone' }
    case 'done': {
      const user = (await store.get('user', saved.user.id)) ?? saved.user
      return { kind: 'done', user, reset: saved.reset, outlook: await readOutlook(world) }
    }
  }
}

async function saveWanted(wanted: Wanted, context: Context): Promise<UserSaved> {
  if (wanted.kind === 'edit') return saveUser(context, wanted.edit, wanted)
  const added = await addUser(context, wanted.fields)
  if (added.kind !== 'done' || !wanted.reset) return added.kind === 'done' ? { ...added, reset: null } : added
  const [reset = null] = await requestResets(context, [added.user.id], { kind: 'usual' })
  return { ...added, reset }
}

/** What is wrong, by field, as a sentence's end: `is taken by ann`. */
function errorsOf(refusals: readonly FieldRefusal[]): ReadonlyMap<string, InertText> {
  return new Map(refusals.map(({ field, why }) => [field, inert(why, 300)]))
}
