import type { UserField } from '../../core/domain/user.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { addUser } from '../../core/usecases/users.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { tellChange } from './changed.ts'

/** `postern users add` */
export const addOneUser: Run = async (call) => {
  const { input } = call
  const text = (field: UserField) => input.text(field) ?? ''
  const fields = { username: text('username'), email: text('email'), name: text('name'), locale: text('locale') }
  return atStore(call, async ({ context }) =>
    tellChange(
      call,
      await addUser(context, fields),
      (user) => `Added ${user.username} <${readableAddress(user.email)}>.`,
    ),
  )
}
