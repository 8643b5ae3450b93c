import { USER_STATUSES, type User } from '../../core/domain/user.ts'
import { EXIT } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { userJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { wrongUse } from '../input.ts'
import { type Column, printPage } from '../output/list.ts'

const COLUMNS: readonly Column<User>[] = [
  { title: 'USERNAME', shown: ({ username }) => username, flexible: true },
  { title: 'EMAIL', shown: ({ email }) => readableAddress(email), plain: ({ email }) => email, flexible: true },
  { title: 'NAME', shown: ({ name }) => name, flexible: true, spare: 2 },
  { title: 'LOCALE', shown: ({ locale }) => locale, spare: 1 },
  {
    title: 'STATUS',
    shown: ({ status }) => status,
    colour: (status) => (status === 'disabled' ? 'yellow' : undefined),
  },
]

const parseStatus = (text: string) => USER_STATUSES.find((status) => status === text) ?? null

/** `postern users list` */
export const listUsers: Run = async (call) => {
  const { input } = call
  const keyword = input.first || undefined
  if (keyword !== undefined && /[\r\n]/.test(keyword)) throw wrongUse('KEYWORD must not contain line breaks.')
  const query = { keyword, status: input.word('status', parseStatus, USER_STATUSES), ...input.paging() }
  return atStore(call, async ({ store }) => {
    await printPage(call, await store.users(query), {
      columns: COLUMNS,
      json: userJson,
      none: 'There is no such user.',
    })
    return EXIT.done
  })
}
