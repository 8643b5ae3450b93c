import { readableAddress } from '../../core/host/readable-address.ts'
import { shortId } from '../../core/text/task-words.ts'
import { cancelTask } from '../../core/usecases/tasks.ts'
import type { Run } from '../definition.ts'
import { changeTasks } from './change.ts'

/** `postern tasks cancel` */
export const cancelTasks: Run = (call) =>
  changeTasks(call, {
    from: ['wait', 'executing'],
    work: cancelTask,
    says: ({ id, to, status }) =>
      status === 'executing'
        ? `Task ${shortId(id)} to ${readableAddress(to)} is being sent just now; it is cancelled when that fails.`
        : `Cancelled task ${shortId(id)} to ${readableAddress(to)}.`,
    sends: false,
  })
