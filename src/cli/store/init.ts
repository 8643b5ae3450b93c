import { existsSync } from 'node:fs'
import { EXIT } from '../../core/exit.ts'
import { Layout } from '../../core/store/embedded/layout.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'

/** `postern store init` */
export const initStore: Run = async (call) => {
  const { io, data, json } = call
  const created = !existsSync(new Layout(data).lock)
  await atStore(call, async () => {}, true)
  if (json) await printJson(io, { data, created })
  else io.print(created ? `Made an empty store in ${data}.` : `There is a store in ${data} already; it is as it was.`)
  return EXIT.done
}
