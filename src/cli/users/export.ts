import { stringify } from 'csv-stringify/sync'
import { USER_FIELDS, type User } from '../../core/domain/user.ts'
import { EXIT } from '../../core/exit.ts'
import type { Page, Store } from '../../core/store/port.ts'
import { userJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { jsonText } from '../output/json.ts'

const PAGE = 1000

/** All users, some at a time. */
async function* allUsers(store: Store): AsyncGenerator<readonly User[]> {
  let page: Page<User> = await store.users({ limit: PAGE })
  yield page.items
  while (page.next !== null) {
    page = await store.users({ limit: PAGE, after: page.next })
    yield page.items
  }
}

/** Users as CSV (RFC 4180, lines end in LF): what a spreadsheet would take for a formula gets a `'` before it. */
export function toCsv(users: readonly User[]): string {
  return stringify(
    users.map((user) => USER_FIELDS.map((field) => user[field])),
    { escape_formulas: true },
  )
}

async function* csv(store: Store): AsyncGenerator<string> {
  yield `${USER_FIELDS.join(',')}\n`
  for await (const users of allUsers(store)) yield toCsv(users)
}

async function* document(store: Store): AsyncGenerator<string> {
  yield '{"items":['
  let separator = ''
  for await (const users of allUsers(store)) {
    for (const user of users) {
      yield separator + jsonText(userJson(user))
      separator = ','
    }
  }
  yield '],"next":null}\n'
}

/** `postern users export` */
export const exportUsers: Run = (call) =>
  atStore(call, async ({ store }) => {
    for await (const text of call.json ? document(store) : csv(store)) await call.io.write(text)
    return EXIT.done
  })
