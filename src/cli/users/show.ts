import { isEnded } from '../../core/domain/task.ts'
import { EXIT } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { passwordWords } from '../../core/text/credential-words.ts'
import { humanTime } from '../../core/text/human.ts'
import { userJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printFacts, printSection } from '../output/facts.ts'
import { printJson } from '../output/json.ts'
import { taskLine } from '../tasks/words.ts'
import { expectUser } from './named.ts'

const LATEST = 5

/** `postern users show` */
export const showUser: Run = (call) =>
  atStore(call, async ({ store }) => {
    const { io } = call
    const user = await expectUser(store, call.input.first)
    if (call.json) {
      await printJson(io, userJson(user))
      return EXIT.done
    }
    const now = store.now()
    const credential = await store.get('credential', user.id)
    const tasks = await store.tasksOf(user.id)
    printFacts(io, [
      ['Username', user.username],
      ['E-mail', readableAddress(user.email)],
      ['Name', user.name || null],
      ['Locale', user.locale],
      ['Status', user.status],
      ['Password', passwordWords(credential, now)],
      ['Made', humanTime(user.createdAt, now)],
      ['Id', user.id],
    ])
    const open = tasks.filter((task) => !isEnded(task))
    printSection(
      io,
      'Letters under way',
      open.map((task) => taskLine(task, now)),
    )
    const ended = tasks.filter(isEnded).slice(0, LATEST)
    printSection(
      io,
      'Earlier letters',
      ended.map((task) => taskLine(task, now)),
    )
    return EXIT.done
  })
