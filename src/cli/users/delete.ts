import { isEnded } from '../../core/domain/task.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { deleteUser } from '../../core/usecases/users.ts'
import { confirm } from '../asking.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { tellChange } from './changed.ts'
import { expectUser } from './named.ts'

/** `postern users delete` */
export const deleteOneUser: Run = (call) =>
  atStore(call, async ({ store, context }) => {
    const { id, version, username, email } = await expectUser(store, call.input.first)
    const whom = `${username} <${readableAddress(email)}>`
    const open = (await store.tasksOf(id)).filter((task) => !isEnded(task)).length
    const letters = open === 0 ? '' : ` and cancel ${open === 1 ? 'a letter' : `${open} letters`} under way`
    await confirm(call, `Delete ${whom}${letters}?`)
    return tellChange(call, await deleteUser(context, { id, version }), () => `Deleted ${whom}.`)
  })
