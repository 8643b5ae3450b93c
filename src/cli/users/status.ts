import type { UserStatus } from '../../core/domain/user.ts'
import { setUserStatus } from '../../core/usecases/users.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { tellChange } from './changed.ts'
import { expectUser } from './named.ts'

const WORDS: Readonly<Record<UserStatus, string>> = { active: 'enabled', disabled: 'disabled' }

const setStatus =
  (status: UserStatus): Run =>
  (call) =>
    atStore(call, async ({ store, context }) => {
      const { id, version, status: before } = await expectUser(store, call.input.first)
      const changed = await setUserStatus(context, { id, version }, status)
      const was = before === status ? 'was' : 'is'
      const already = before === status ? ' already' : ' now'
      return tellChange(call, changed, (user) => `${user.username} ${was} ${WORDS[status]}${already}.`)
    })

/** `postern users disable` */
export const disableUser = setStatus('disabled')
/** `postern users enable` */
export const enableUser = setStatus('active')
