import { EXIT } from '../../core/exit.ts'
import { backupStore } from '../../core/store/embedded/backup.ts'
import { counted } from '../../core/text/human.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'

/** `postern store backup` */
export const backUp: Run = (call) =>
  atStore(
    call,
    async ({ store, data }) => {
      const { io, input } = call
      const keys = !input.has('without-keys')
      const backup = await backupStore(store, data, input.first, { keys })
      if (call.json) await printJson(io, backup)
      else {
        const what = `${counted(backup.files, 'file')}, ${backup.bytes.toLocaleString('en')} bytes`
        io.print(`Copied ${data} up to transaction ${backup.sequence} to ${backup.target} (${what}), and checked it.`)
      }
      for (const file of backup.unreadable) {
        io.complain(
          `${file} may not be read by this account and is not in the copy: without it, letters' secrets and sealed settings are lost.`,
        )
      }
      if (keys && backup.unreadable.length === 0) {
        io.complain('It holds the master key: keep it as safe as the store itself.')
      }
      return EXIT.done
    },
    false,
  )
