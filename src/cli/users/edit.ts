import { USER_FIELDS, type UserFields } from '../../core/domain/user.ts'
import { editUser } from '../../core/usecases/users.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { wrongUse } from '../input.ts'
import { tellChange } from './changed.ts'
import { expectUser } from './named.ts'

/** `postern users edit` */
export const editOneUser: Run = async (call) => {
  const { input } = call
  const given = USER_FIELDS.filter((field) => input.text(field) !== undefined)
  if (given.length === 0) throw wrongUse('Say what to change: --username, --email, --name or --locale.')
  const changes: Partial<UserFields> = Object.fromEntries(given.map((field) => [field, input.text(field)]))
  return atStore(call, async ({ store, context }) => {
    const { id, version } = await expectUser(store, input.first)
    const changed = await editUser(context, { id, version }, changes)
    return tellChange(call, changed, (user) => `Changed ${given.join(', ')} of ${user.username}.`)
  })
}
