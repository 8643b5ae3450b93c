import { settingsInForce } from '../../core/domain/setting.ts'
import { programOn } from '../../core/open.ts'
import type { House } from './house.ts'
import { narrate } from './narrate.ts'
import type { Print } from './tell.ts'

export interface Keeping {
  readonly print: Print
  /** When it is enough. */
  readonly ended: AbortSignal
}

/** Keeps a house until it is enough, and says meanwhile what its daemon does. Rejects with what broke the daemon. */
export async function keep({ data, store, log, broken }: House, { print, ended }: Keeping): Promise<void> {
  print(`The daemon of ${data} runs in this terminal until Ctrl-C; its log is ${log}.`)
  print('From another terminal:')
  for (const command of ['users list', 'tasks list', 'users reset NAME --now'])
    print(`   ${programOn('postern', data)} ${command}`)
  const { SERVICE_PORTAL_ENABLE: portal, SERVICE_PORTAL_URL: url } = settingsInForce(await store.settings())
  if (portal && url !== '') print(`In a browser: ${url}`)
  print('')
  await narrate(store, print, AbortSignal.any([ended, broken]))
  broken.throwIfAborted()
  print('Stopping: letters under way are finished first.')
}
