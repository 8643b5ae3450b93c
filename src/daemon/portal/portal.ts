import { parseListener } from '../../core/domain/network.ts'
import { settingsInForce } from '../../core/domain/setting.ts'
import { type Clock, SECOND } from '../../core/domain/time.ts'
import { type PortalState, portalStuck } from '../../core/host/heartbeat.ts'
import type { MasterKeys } from '../../core/secrets/master-key.ts'
import type { Context } from '../../core/usecases/context.ts'
import type { Log } from '../log.ts'
import type { OpenListener } from './listener.ts'
import type { PortalDoor } from './visit.ts'

export interface PortalOptions {
  readonly context: Context
  readonly keys: MasterKeys
  readonly clock: Clock
  readonly log: Log
}

/** A port that somebody else holds is tried again after so long, and at every change of the settings. */
const AGAIN = 10 * SECOND
/** Who asks for a link is answered at a whole multiple of so many ms: more than a commit takes on a slow disk. */
const ANSWER_STEP = 300

/**
 * Serves the portal while SERVICE_PORTAL_ENABLE is true, where SERVICE_PORTAL_LISTEN says, and follows both. A port that
 * cannot be had stops nothing else: letters leave as before.
 */
export class Portal {
  readonly #options: PortalOptions
  readonly #stopping = new AbortController()
  #state: PortalState = { kind: 'closed' }
  #listener: OpenListener | null = null
  #door: PortalDoor | null = null
  #forgetRetry = () => {}
  /** What is done to the listener is done one after the other. */
  #settling: Promise<void> = Promise.resolve()

  constructor(options: PortalOptions) {
    this.#options = options
  }

  get state(): PortalState {
    return this.#state
  }

  /** Follows the settings until `stop` is called. The first look is taken before it returns for the first time. */
  async run(): Promise<void> {
    const { store } = this.#options.context
    const changes = store.changes(this.#stopping.signal)
    await this.#settle()
    for await (const { kinds } of changes) if (kinds.has('setting')) await this.#settle()
    await this.#settling
    await this.#close()
  }

  stop(): void {
    this.#stopping.abort()
  }

  #settle(): Promise<void> {
    this.#settling = this.#settling.then(() => this.#follow())
    return this.#settling
  }

  /** Opens, moves or closes the listener, as the settings have it. */
  async #follow(): Promise<void> {
    const settings = settingsInForce(await this.#options.context.store.settings())
    const wanted = settings.SERVICE_PORTAL_ENABLE ? settings.SERVICE_PORTAL_LISTEN : null
    if (this.#stopping.signal.aborted) return
    if (this.#state.kind === 'open' && this.#state.listen === wanted) return
    if (this.#state.kind === 'closed' && wanted === null) return
    await this.#close()
    if (wanted === null) this.#state = { kind: 'closed' }
    else await this.#open(wanted)
  }

  async #open(wanted: string): Promise<void> {
    const listener = parseListener(wanted)
    if (listener === null) return
    const { clock, log } = this.#options
    try {
      // Loaded here: a daemon without a portal needs none of it.
      const { listen } = await import('./listener.ts')
      this.#listener = await listen(listener, await this.#makeDoor())
      const { port } = this.#listener
      this.#state = { kind: 'open', listen: wanted, port }
      log.info({ listen: wanted, port }, 'the portal is open')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      const known = this.#state.kind === 'stuck' && this.#state.listen === wanted && this.#state.code === code
      const stuck = { kind: 'stuck', listen: wanted, code } as const
      this.#state = stuck
      if (!known) log.error({ listen: wanted, code }, portalStuck(stuck))
      this.#forgetRetry = clock.wakeAt(clock.wall() + AGAIN, () => this.#retry())
    }
  }

  /** A store that is broken ends the daemon by what else asks it. */
  #retry(): void {
    this.#settle().catch((error: unknown) => this.#options.log.error({ err: error }, 'the portal was not tried again'))
  }

  async #makeDoor(): Promise<PortalDoor> {
    if (this.#door !== null) return this.#door
    const [{ FormTokens }, { Limits }] = await Promise.all([import('./form-token.ts'), import('./limits.ts')])
    const { context, keys, log } = this.#options
    this.#door = { context, keys, log, limits: new Limits(), tokens: new FormTokens(), answerStep: ANSWER_STEP }
    return this.#door
  }

  async #close(): Promise<void> {
    this.#forgetRetry()
    const listener = this.#listener
    this.#listener = null
    if (this.#state.kind === 'open') this.#state = { kind: 'closed' }
    if (listener === null) return
    await listener.close()
    this.#options.log.info({ port: listener.port }, 'the portal is closed')
  }
}
