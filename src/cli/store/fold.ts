import { EXIT } from '../../core/exit.ts'
import type { Run } from '../definition.ts'
import { atStore, lockForUpkeep } from '../door.ts'
import { printJson } from '../output/json.ts'

/** `postern store fold` */
export const foldStore: Run = (call) =>
  atStore(call, async ({ store, data }) => {
    using _lock = await lockForUpkeep(data, 'it folds by itself when the journal has grown; nothing was done.')
    await store.fold()
    if (call.json) await printJson(call.io, { folded: true })
    else call.io.print(`The journal of ${data} is folded into a snapshot.`)
    return EXIT.done
  })
