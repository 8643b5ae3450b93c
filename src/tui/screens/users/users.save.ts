import { describeActor } from '../../../core/domain/actor.ts'
import { DAY } from '../../../core/domain/time.ts'
import type { FieldRefusal, User } from '../../../core/domain/user.ts'
import type { Store } from '../../../core/store/port.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import type { Context } from '../../../core/usecases/context.ts'
import { addUser, saveUser, type UserSaved } from '../../../core/usecases/users.ts'
import type { World } from '../../screen.ts'
import { readOutlook } from './users.outlook.ts'
import type { ChangedBy, Saved, Wanted } from './users.state.ts'

/** Saves a form: the fields, the status and the reset that was ticked, all or none. */
export async function save(wanted: Wanted, world: World): Promise<Saved> {
  const { store, context } = world
  const saved = await saveWanted(wanted, context)
  switch (saved.kind) {
    case 'refused':
      return { kind: 'refused', errors: errorsOf(saved.refusals) }
    case 'changed-meanwhile':
      return { kind: 'changed-meanwhile', theirs: saved.user, by: await changedBy(saved.user, store) }
    case 'not-found':
      return { kind: 'gone' }
    case 'done': {
      const user = (await store.get('user', saved.user.id)) ?? saved.user
      return { kind: 'done', user, reset: saved.reset, outlook: await readOutlook(world) }
    }
  }
}

/** Who changed a user last, as far as the last day's audit log says; null where it does not. */
async function changedBy({ id }: User, store: Store): Promise<ChangedBy | null> {
  const [entry] = (await store.audit({ keyword: `user:${id}`, since: store.now() - DAY, limit: 1 })).items
  return entry === undefined ? null : { who: inert(describeActor(entry.actor), 80), at: entry.at }
}

const saveWanted = (wanted: Wanted, context: Context): Promise<UserSaved> =>
  wanted.kind === 'edit' ? saveUser(context, wanted.edit, wanted) : addUser(context, wanted.fields, wanted.reset)

/** What is wrong, by field, as a sentence's end: `is taken by ann`. */
function errorsOf(refusals: readonly FieldRefusal[]): ReadonlyMap<string, InertText> {
  return new Map(refusals.map(({ field, why }) => [field, inert(why, 300)]))
}
