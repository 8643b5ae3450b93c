import { SECOND } from '../../../src/core/domain/time.ts'
import type { User } from '../../../src/core/domain/user.ts'
import { FormTokens } from '../../../src/daemon/portal/form-token.ts'
import { Limits } from '../../../src/daemon/portal/limits.ts'
import { listen, type OpenListener } from '../../../src/daemon/portal/listener.ts'
import { Door, OLD } from '../../core/usecases/portal/door.ts'
import { keys, PostOffice, posternd, tokenIn } from '../../core/usecases/post-office.ts'
import { ids } from '../../support/builders.ts'
import { Browser } from './a-browser.ts'

export const HOST = 'portal.example.org'

/** The portal on a port of its own, before a store and a clock that the test holds; nobody sends its letters. */
export class PortalHouse implements AsyncDisposable {
  readonly office: PostOffice
  readonly door: Door
  /** What was logged, as JSON. */
  readonly lines: string[]
  readonly #listener: OpenListener

  private constructor(office: PostOffice, listener: OpenListener, lines: string[]) {
    this.office = office
    this.door = new Door(office)
    this.#listener = listener
    this.lines = lines
  }

  /** With links that can be asked for. */
  static async open(bounds?: Parameters<typeof listen>[2]): Promise<PortalHouse> {
    const office = await PostOffice.open()
    await office.openPortal()
    const lines: string[] = []
    const write = (...said: unknown[]) => void lines.push(JSON.stringify(said))
    const listener = await listen(
      { host: '127.0.0.1', port: 0 },
      {
        context: { store: office.store, actor: posternd, ids },
        keys,
        log: { info: write, warn: write, error: write },
        limits: new Limits(),
        tokens: new FormTokens(),
        answerStep: 1,
      },
      bounds,
    )
    return new PortalHouse(office, listener, lines)
  }

  get port(): number {
    return this.#listener.port
  }

  browser(host = HOST): Browser {
    return new Browser(this.port, host)
  }

  /** Somebody with the old password, signed in. */
  async signedIn(browser = this.browser()): Promise<{ readonly user: User; readonly browser: Browser }> {
    const user = (await this.office.store.userByUsername('alice')) ?? (await this.door.alice())
    const answer = await browser.fill('/login', { name: 'alice', password: OLD })
    if (answer.status !== 303) throw new Error(`not signed in: ${answer.status}\n${answer.body}`)
    return { user, browser }
  }

  /** The token of a link that `user` asked for and was sent. */
  async link({ email }: Pick<User, 'email'>): Promise<string> {
    await this.browser().fill('/forgot-password', { email })
    this.office.clock.advance(SECOND)
    const claimed = await this.office.claim()
    await this.office.settle(claimed, 'delivered')
    return tokenIn(claimed)
  }

  /** A browser that has followed a link. */
  async followed(token: string): Promise<Browser> {
    const browser = this.browser()
    await browser.get(`/reset-password?t=${token}`)
    return browser
  }

  /** Nobody listens any more. */
  closePortal(): Promise<void> {
    return this.#listener.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close()
    await this.office[Symbol.asyncDispose]()
  }
}
