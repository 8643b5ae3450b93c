import { mailFingerprint, type Settings } from '../core/domain/setting.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { Courier } from './courier/courier.ts'
import type { Carrier } from './deliver.ts'
import { mailServer } from './mail-server.ts'
import type { TokenSurroundings } from './oauth2/open-tokens.ts'

/** What a courier is made from: when it changes, the next letter goes by a new one. */
const makings = (settings: Settings) => `${mailFingerprint(settings)} ${settings.SERVICE_MAIL_CLIENT_NAME}`

/** Keeps the courier for the mail settings in force; one for settings of the past ends when its letters have left. */
export class Carriers {
  readonly #keys: MasterKeys
  readonly #around: TokenSurroundings
  readonly #room: () => void
  #made = ''
  #carrier: Carrier | null = null

  /** @param room called when a letter that is sent at once would leave behind another one */
  constructor(keys: MasterKeys, around: TokenSurroundings, room: () => void) {
    this.#keys = keys
    this.#around = around
    this.#room = room
  }

  /** The carrier for `settings`, which may use `connections` at once. What cannot be used is looked at again each time. */
  async forSettings(settings: Settings, connections: number): Promise<Carrier> {
    const made = makings(settings)
    if (this.#carrier?.ok && this.#made === made) {
      this.#carrier.courier.setConnections(connections)
      return this.#carrier
    }
    await this.#retire()
    const server = await mailServer(settings, this.#keys, this.#around)
    this.#made = made
    this.#carrier = server.ok
      ? { ok: true, courier: new Courier(server.settings, { connections, room: this.#room }) }
      : server
    return this.#carrier
  }

  /** Ends at once what is under way. */
  abort(): void {
    if (this.#carrier?.ok) this.#carrier.courier.abort()
  }

  /** Lets what is under way finish and says goodbye to the server. */
  async close(): Promise<void> {
    const carrier = this.#carrier
    this.#carrier = null
    if (carrier?.ok) await carrier.courier.close()
  }

  async #retire(): Promise<void> {
    const old = this.#carrier
    this.#carrier = null
    // Its letters go on by themselves; nobody waits for them here.
    if (old?.ok) void old.courier.close()
  }
}
