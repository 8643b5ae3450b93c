import { readableAddress } from '../../core/host/readable-address.ts'
import { shortId } from '../../core/text/task-words.ts'
import { sendNow } from '../../core/usecases/tasks.ts'
import type { Run } from '../definition.ts'
import { changeTasks } from './change.ts'

/** `postern tasks send-now` */
export const sendTasksNow: Run = (call) =>
  changeTasks(call, {
    from: ['wait'],
    work: sendNow,
    says: ({ id, to }) => `Task ${shortId(id)} to ${readableAddress(to)} is due now.`,
    sends: true,
  })
