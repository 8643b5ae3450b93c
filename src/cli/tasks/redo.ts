import { diagnosisOf } from '../../core/domain/diagnosis.ts'
import type { Task } from '../../core/domain/task.ts'
import { EXIT, type ExitStatus } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import type { Store } from '../../core/store/port.ts'
import { counted } from '../../core/text/human.ts'
import { refusalWords, shortId, type TaskRefusal } from '../../core/text/task-words.ts'
import { failedTasks, redoRefusal, redoTasks } from '../../core/usecases/tasks.ts'
import { confirm } from '../asking.ts'
import type { Call, Run } from '../definition.ts'
import { atStore } from '../door.ts'
import type { Input } from '../input.ts'
import { wrongUse } from '../input.ts'
import { tellWhetherSent } from '../mail/sending.ts'
import { printItems } from '../output/json.ts'
import { expectTask, expectTasks } from './addressed.ts'
import { doneOf, tellChanges } from './change.ts'
import { tellLastTurn } from './last-turn.ts'

type Wanted =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | { readonly kind: 'all-failed' }
  | { readonly kind: 'same-error'; readonly id: string }

function parseWanted(input: Input): Wanted {
  const like = input.text('same-error')
  const ways: Wanted[] = [
    ...(input.arguments.length > 0 ? [{ kind: 'ids' as const, ids: input.arguments }] : []),
    ...(input.has('all-failed') ? [{ kind: 'all-failed' as const }] : []),
    ...(like === undefined ? [] : [{ kind: 'same-error' as const, id: like }]),
  ]
  const [wanted] = ways
  if (wanted === undefined || ways.length > 1)
    throw wrongUse('Say which tasks: either ids, --all-failed or --same-error ID.')
  return wanted
}

async function find(store: Store, wanted: Wanted): Promise<readonly Task[]> {
  switch (wanted.kind) {
    case 'ids':
      return expectTasks(store, wanted.ids)
    case 'all-failed':
      return failedTasks(store, null)
    case 'same-error': {
      const task = await expectTask(store, wanted.id)
      const diagnosis = diagnosisOf(task)
      if (diagnosis === null) throw wrongUse(`Task ${shortId(task.id)} to ${readableAddress(task.to)} has not failed.`)
      return failedTasks(store, diagnosis)
    }
  }
}

/** `postern tasks redo` */
export const redo: Run = async (call) => {
  const wanted = parseWanted(call.input)
  return atStore(call, async (door) => {
    const { store, context } = door
    const tasks = await find(store, wanted)
    const refused: (readonly [Task, TaskRefusal])[] = []
    for (const task of tasks) {
      const refusal = await redoRefusal(store, task)
      if (refusal !== null) refused.push([task, refusal])
    }
    if (wanted.kind === 'ids' && refused.length > 0) {
      const words = refused.map(([task, refusal]) => refusalWords(refusal, task))
      throw wrongUse(`${words.join(' ')} Nothing was redone.`)
    }
    const left = new Set(refused.map(([{ id }]) => id))
    const ready = tasks.filter(({ id }) => !left.has(id))
    if (left.size > 0)
      call.io.complain(`${counted(left.size, 'task')} left out: replaced by a newer one, or without an active user.`)
    if (ready.length === 0) return nothing(call)
    await confirm(call, question(ready))
    const changed = await redoTasks(
      context,
      ready.map(({ id, version }) => ({ id, version })),
    )
    const pairs = ready.flatMap((task, index) => {
      const change = changed[index]
      return change === undefined ? [] : [[task, change] as const]
    })
    const status = await tellChanges(
      call,
      door,
      pairs,
      ({ id, to }) => `Task ${shortId(id)} to ${readableAddress(to)} is due now.`,
      (count) => `${counted(count, 'letter')} are due now.`,
    )
    await tellWhetherSent(call, door)
    await tellLastTurn(call, door, doneOf(pairs))
    return status
  })
}

async function nothing({ io, json }: Call): Promise<ExitStatus> {
  if (json) await printItems(io, [])
  else io.print('There is nothing to redo.')
  return EXIT.done
}

const SHOWN = 3

/** What is to be confirmed: how many letters to whom, and plainly when some of them have arrived before. */
function question(tasks: readonly Task[]): string {
  const to = tasks.slice(0, SHOWN).map((task) => readableAddress(task.to))
  const others = tasks.length - to.length
  const whom = others > 0 ? `${to.join(', ')} and ${counted(others, 'other')}` : to.join(', ')
  const sent = tasks.filter(({ status }) => status === 'carried-out').length
  const which = whichWords(sent, tasks.length)
  const warning =
    sent === 0 ? '' : ` ${which} carried out: a letter has arrived there, and what it says stops working now.`
  return `Send ${counted(tasks.length, 'letter')} again, to ${whom}?${warning}`
}

function whichWords(sent: number, all: number): string {
  if (all === 1) return 'It was'
  if (sent === all) return 'All of them were'
  return sent === 1 ? 'One of them was' : `${sent} of them were`
}
